import { signatureHeaders } from "../../mock/world/webhooks/signature-headers.ts";

/** A webhook that is ready to be sent. */
export interface SignedWebhook {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What webhooks of a kind are made from. */
export interface WebhookParts {
  /** The event as JSON, of now. */
  readonly body: string;
  readonly secret: string;
  /** A new `webhook-id`. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A kind of webhook that a receiver may get. */
export interface WebhookKind {
  readonly description: string;
  /** What a receiver must do with it. */
  readonly expected: "accept" | "reject";
  /** What is sent, one after the other. */
  readonly make: (parts: WebhookParts) => readonly SignedWebhook[];
}

const hourMs = 3_600_000;
const otherSecret = "whsec_bm90LXRoZS1zZWNyZXQtdGhhdC15b3Uta25vdw==";

function signed({ body, secret, id, now }: WebhookParts): SignedWebhook {
  return { headers: { "content-type": "application/json", ...signatureHeaders(secret, { id, body }, now) }, body };
}

function withHeaders({ headers, body }: SignedWebhook, changes: Readonly<Record<string, string>>): SignedWebhook {
  return { headers: { ...headers, ...changes }, body };
}

/** The same JSON, as other programs write it: the bytes differ, and what they say does not. */
function respelled(body: string): string {
  return JSON.stringify(JSON.parse(body), null, 2).replaceAll("/", "\\/");
}

/** The kinds of webhooks that can be sent on demand, in the order of a whole run. */
export const webhookKinds = {
  valid: {
    description: "signed with the secret, now",
    expected: "accept",
    make: (parts) => [signed(parts)],
  },
  duplicate: {
    description: "the same event twice, as after a lost answer: accept it again, and do nothing a second time",
    expected: "accept",
    make: (parts) => [signed(parts), signed({ ...parts, now: parts.now + 1000 })],
  },
  "unknown-type": {
    description: "an event of a type that the receiver does not know: accept it, and ignore it",
    expected: "accept",
    make: (parts) => [
      signed({ ...parts, body: JSON.stringify({ ...JSON.parse(parts.body), type: "widget.of_tomorrow" }) }),
    ],
  },
  respelled: {
    description: "JSON with spaces and escapes, signed so: the signature is that of the bytes, not of what was parsed",
    expected: "accept",
    make: (parts) => [signed({ ...parts, body: respelled(parts.body) })],
  },
  unicode: {
    description: "characters of several bytes",
    expected: "accept",
    make: (parts) => [signed({ ...parts, body: withName(parts.body, "Bäckerei 東京 🥐") })],
  },
  "two-signatures": {
    description: "signed with two secrets, as while one is being changed: one that matches is enough",
    expected: "accept",
    make: (parts) => {
      const other = signed({ ...parts, secret: otherSecret }).headers["webhook-signature"];
      const webhook = signed(parts);
      return [withHeaders(webhook, { "webhook-signature": `${other} ${webhook.headers["webhook-signature"]}` })];
    },
  },
  "wrong-signature": {
    description: "signed with another secret",
    expected: "reject",
    make: (parts) => [signed({ ...parts, secret: otherSecret })],
  },
  "changed-body": {
    description: "the body was changed after it was signed",
    expected: "reject",
    make: (parts) => [{ ...signed(parts), body: withName(parts.body, "Somebody else") }],
  },
  "changed-id": {
    description: "the webhook-id was changed after it was signed, so that a replay looks new",
    expected: "reject",
    make: (parts) => [withHeaders(signed(parts), { "webhook-id": `${parts.id}x` })],
  },
  "changed-timestamp": {
    description: "the time stamp was changed after it was signed, so that a replay looks fresh",
    expected: "reject",
    make: (parts) => [
      withHeaders(signed({ ...parts, now: parts.now - hourMs }), {
        "webhook-timestamp": String(Math.floor(parts.now / 1000)),
      }),
    ],
  },
  "old-timestamp": {
    description: "signed an hour ago: a replay",
    expected: "reject",
    make: (parts) => [signed({ ...parts, now: parts.now - hourMs })],
  },
  "future-timestamp": {
    description: "signed for an hour from now",
    expected: "reject",
    make: (parts) => [signed({ ...parts, now: parts.now + hourMs })],
  },
  unsigned: {
    description: "no signature",
    expected: "reject",
    make: (parts) => {
      const { "webhook-signature": _, ...headers } = signed(parts).headers;
      return [{ headers, body: parts.body }];
    },
  },
} as const satisfies { readonly [kind: string]: WebhookKind };

/** The name of a kind of webhook. */
export type WebhookKindName = keyof typeof webhookKinds;
export const webhookKindNames = Object.keys(webhookKinds) as readonly WebhookKindName[];

function withName(body: string, name: string): string {
  const event = JSON.parse(body);
  return JSON.stringify({ ...event, data: { ...event.data, name } });
}
