import { Webhook } from "standardwebhooks";
import { defaultSecret } from "../../mock/world/webhooks/endpoint.ts";

/** A webhook as it came. */
export interface WebhookAsReceived {
  /** By their names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The exact bytes. */
  readonly body: Buffer<ArrayBuffer>;
}

/** What a signature must be checked with. */
export interface SignatureOptions {
  readonly secrets: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A receiver accepts time stamps that differ by so many seconds from its own clock (Standard Webhooks 1.0). */
const toleranceSeconds = 300;

const headerNames = ["webhook-id", "webhook-timestamp", "webhook-signature"] as const;

/**
 * Verifies a webhook with the reference library, and finds out what is wrong.
 * @returns why it must not be trusted; undefined if it may
 */
export function problemOfSignature(webhook: WebhookAsReceived, options: SignatureOptions): string | undefined {
  const missing = headerNames.filter((name) => !webhook.headers[name]);
  if (missing.length > 0) return `missing ${missing.length === 1 ? "header" : "headers"} ${missing.join(", ")}`;
  const timestamp = webhook.headers["webhook-timestamp"] ?? "";
  if (!/^\d{1,12}$/.test(timestamp)) return "the header webhook-timestamp is not a number of Unix seconds";
  const text = webhook.body.toString();
  if (!options.secrets.some((secret) => matches(webhook, secret, text))) return whyNoneMatches(webhook, options);
  const ageSeconds = Math.floor(options.now / 1000) - Number(timestamp);
  if (ageSeconds > toleranceSeconds) return `old time stamp: ${describeAge(ageSeconds, "before")}`;
  if (ageSeconds < -toleranceSeconds) return `time stamp from the future: ${describeAge(-ageSeconds, "after")}`;
  return undefined;
}

function describeAge(seconds: number, order: "before" | "after"): string {
  return `${seconds} s ${order} it came; receivers accept ${toleranceSeconds} s`;
}

/** Tries what usually goes wrong: another secret that is known, and JSON that a parser has written again. */
function whyNoneMatches(webhook: WebhookAsReceived, { secrets }: SignatureOptions): string {
  const signatures = (webhook.headers["webhook-signature"] ?? "").split(" ");
  if (!signatures.some((signature) => signature.startsWith("v1,"))) return "no signature of version v1";
  const text = webhook.body.toString();
  if (!secrets.includes(defaultSecret) && matches(webhook, defaultSecret, text)) {
    return "wrong secret: it is signed with the default secret of widgets-mock";
  }
  for (const [how, written] of rewritten(text)) {
    if ([...secrets, defaultSecret].some((secret) => matches(webhook, secret, written))) {
      return `body changed by a parser: the signature is that of the same JSON ${how}`;
    }
  }
  return "wrong secret, or the body or a header was changed after it was signed";
}

/** A text of JSON as others write it. */
export function rewritten(text: string): (readonly [how: string, written: string])[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return [];
  }
  const compact = JSON.stringify(json);
  return [
    ["without spaces and escapes", compact],
    ["with a space after each comma and colon", withSpaces(json)],
    ["with an indent of two spaces", JSON.stringify(json, null, 2)],
    ["with escapes for all but ASCII", inAscii(compact)],
    ["with a space after each comma and colon, and escapes for all but ASCII", inAscii(withSpaces(json))],
    ["with escaped slashes, and escapes for all but ASCII", inAscii(compact).replaceAll("/", "\\/")],
    ["without white space around it", text.trim()],
  ];
}

/** JSON as Python writes it. */
function withSpaces(json: unknown): string {
  if (Array.isArray(json)) return `[${json.map(withSpaces).join(", ")}]`;
  if (typeof json !== "object" || json === null) return JSON.stringify(json);
  return `{${Object.entries(json)
    .map(([name, value]) => `${JSON.stringify(name)}: ${withSpaces(value)}`)
    .join(", ")}}`;
}

function inAscii(text: string): string {
  return text.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** True if one of the signatures is that of a text. The library alone compares; the time is judged by the caller. */
function matches({ headers }: WebhookAsReceived, secret: string, text: string): boolean {
  const at = new Date(Number(headers["webhook-timestamp"]) * 1000);
  const own = new Webhook(secret).sign(headers["webhook-id"] ?? "", at, text);
  return (headers["webhook-signature"] ?? "").split(" ").includes(own);
}
