import type { Json } from "../../spec/merge-patch.ts";
import { Refusal } from "../refusal.ts";

/** The largest body that is read (A-VAL-2). */
export const maxBodyBytes = 1024 * 1024;

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/**
 * The bytes of a body.
 * @throws Refusal where there are too many, without reading them all.
 */
export async function readBody(request: Request, limit = maxBodyBytes): Promise<Uint8Array> {
  const announced = request.headers.get("content-length");
  if (announced !== null && Number(announced) > limit) throw tooLarge(limit);
  try {
    // Node holds a body to the length that was announced.
    if (announced === null) return await readStream(request.body, limit);
    const whole = new Uint8Array(await request.arrayBuffer());
    if (whole.byteLength > limit) throw tooLarge(limit);
    return whole;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal("invalid_json", { values: { reason: "it ended before it was whole." } });
  }
}

async function readStream(body: ReadableStream<Uint8Array> | null, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body?.getReader();
  for (let part = await reader?.read(); part?.value; part = await reader?.read()) {
    length += part.value.byteLength;
    if (length > limit) {
      await reader?.cancel();
      throw tooLarge(limit);
    }
    chunks.push(part.value);
  }
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return whole;
}

/** What is still on its way is not read, so the connection is good for nothing more. */
function tooLarge(limit: number): Refusal {
  return new Refusal("payload_too_large", { values: { limit: String(limit) }, headers: { Connection: "close" } });
}

/**
 * Checks that a body is sent as something the operation takes, uncompressed and in UTF-8.
 * @throws Refusal where it is not.
 */
export function checkMediaType(headers: Headers, accepted: readonly string[]): void {
  const expected = accepted.join(" or ");
  const refuse = (found: string) => new Refusal("unsupported_media_type", { values: { found, expected } });
  const sent = headers.get("content-type");
  if (sent === null || sent === "") throw refuse("The body came without a Content-Type.");
  if (sent.includes(",")) throw new Refusal("duplicate_header", { values: { header: "Content-Type" } });
  const [mediaType = "", ...parameters] = sent.split(";").map((part) => part.trim().toLowerCase());
  if (!accepted.includes(mediaType)) throw refuse(`The body came as ${mediaType}.`);
  const charset = parameters.find((parameter) => parameter.startsWith("charset="))?.slice("charset=".length);
  if (charset !== undefined && charset.replaceAll('"', "") !== "utf-8") throw refuse(`The body came in ${charset}.`);
  const coding = headers.get("content-encoding");
  if (coding !== null && coding.toLowerCase() !== "identity") throw refuse(`The body came compressed, as ${coding}.`);
}

/** @throws Refusal where the bytes are not UTF-8, or not JSON. */
export function parseJson(bytes: Uint8Array): { readonly text: string; readonly value: Json } {
  const refuse = (reason: string) => new Refusal("invalid_json", { values: { reason } });
  if (bytes.byteLength === 0) throw refuse("it is empty.");
  let text: string;
  try {
    text = strictUtf8.decode(bytes);
  } catch {
    throw refuse("it has bytes that are no UTF-8.");
  }
  try {
    return { text, value: JSON.parse(text) as Json };
  } catch (error) {
    throw refuse(`${(error as Error).message}.`);
  }
}
