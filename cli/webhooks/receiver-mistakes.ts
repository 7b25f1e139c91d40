import { type BinaryToTextEncoding, createHmac } from "node:crypto";
import { rewritten } from "./check-signature.ts";
import { postBytes } from "./post-bytes.ts";
import type { WebhookParts } from "./webhook-kinds.ts";

/** What a receiver takes for the signature of an event, and what to do instead; with that signature. */
type Mistake = readonly [takes: string, signature: string];

/**
 * Finds the mistake of a receiver that rejects an event whose signature is right: it accepts the one that makes the same
 * mistake.
 * @param partsOf what a new event is made from
 */
export async function mistakeOfReceiver(url: string, partsOf: () => WebhookParts): Promise<string | undefined> {
  for (let n = 0; ; n++) {
    const parts = partsOf();
    const [takes, signature] = mistakesWith(parts)[n] ?? [];
    if (takes === undefined || signature === undefined) return undefined;
    const { id, body } = parts;
    const headers = { "webhook-id": id, "webhook-timestamp": secondsOf(parts), "webhook-signature": signature };
    const answer = await postBytes(url, { "content-type": "application/json", ...headers }, body).catch(
      () => undefined,
    );
    if (answer && answer.status >= 200 && answer.status < 300) return takes;
  }
}

function mistakesWith(parts: WebhookParts): readonly Mistake[] {
  const { secret, id, body } = parts;
  const seconds = secondsOf(parts);
  const encoded = secret.replace(/^whsec_/, "");
  const key = Buffer.from(encoded, "base64");
  const sign = (by: string | Buffer, text: string, encoding: BinaryToTextEncoding = "base64") =>
    `v1,${createHmac("sha256", by).update(text).digest(encoding)}`;
  const text = `${id}.${seconds}.${body}`;
  return [
    ["the text of the secret as key: decode the base64 after whsec_", sign(secret, text)],
    ["the base64 after whsec_ as key: decode it", sign(encoded, text)],
    ["a signature in hex: it is base64", sign(key, text, "hex")],
    [
      "a signature without the webhook-id: sign id, time stamp and body, with dots in between",
      sign(key, `${seconds}.${body}`),
    ],
    ["a signature of the body alone: sign id, time stamp and body, with dots in between", sign(key, body)],
    ...rewritten(body)
      .filter(([, written]) => written !== body)
      .map(
        ([how, written]): Mistake => [
          `a signature of what a parser made of the body, ${how}: verify the bytes as they came`,
          sign(key, `${id}.${seconds}.${written}`),
        ],
      ),
  ];
}

function secondsOf({ now }: WebhookParts): string {
  return String(Math.floor(now / 1000));
}
