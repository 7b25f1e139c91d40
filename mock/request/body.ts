import type { Json } from "../../spec/merge-patch.ts";
import { Refusal } from "../refusal.ts";

/** Maximum size of a request body (A-VAL-2). */
export const maxBodyBytes = 1024 * 1024;

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/**
 * Reads the bytes of a body.
 * @throws Refusal as soon as there are more than the limit
 */
export async function readBody(request: Request, limit = maxBodyBytes): Promise<Uint8Array> {
  const declared = request.headers.get("content-length");
  if (declared !== null && Number(declared) > limit) throw tooLarge(limit);
  try {
    // Node enforces the declared length.
    if (declared === null) return await readStream(request.body, limit);
    const whole = new Uint8Array(await request.arrayBuffer());
    if (whole.byteLength > limit) throw tooLarge(limit);
    return whole;
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal("invalid_json", { values: { reason: "it is incomplete." } });
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

/** The rest of the body is not read, so the connection cannot be used again. */
function tooLarge(limit: number): Refusal {
  return new Refusal("payload_too_large", { values: { limit: String(limit) }, headers: { Connection: "close" } });
}

/**
 * Checks that a body has a media type that the operation accepts, and is uncompressed UTF-8.
 * @throws Refusal if it is not
 */
export function checkMediaType(headers: Headers, accepted: readonly string[]): void {
  const expected = accepted.join(" or ");
  const rejection = (found: string) => new Refusal("unsupported_media_type", { values: { found, expected } });
  const sent = headers.get("content-type");
  if (sent === null || sent === "") throw rejection("The request has no Content-Type.");
  if (sent.includes(",")) throw new Refusal("duplicate_header", { values: { header: "Content-Type" } });
  const [mediaType = "", ...parameters] = sent.split(";").map((part) => part.trim().toLowerCase());
  if (!accepted.includes(mediaType)) throw rejection(`The Content-Type is ${mediaType}.`);
  const charset = parameters.find((parameter) => parameter.startsWith("charset="))?.slice("charset=".length);
  if (charset !== undefined && charset.replaceAll('"', "") !== "utf-8")
    throw rejection(`The charset ${charset} is not supported.`);
  const coding = headers.get("content-encoding");
  if (coding !== null && coding.toLowerCase() !== "identity")
    throw rejection(`The Content-Encoding ${coding} is not supported.`);
}

/** @throws Refusal if the bytes are not UTF-8, or not JSON */
export function parseJson(bytes: Uint8Array): { readonly text: string; readonly value: Json } {
  const rejection = (reason: string) => new Refusal("invalid_json", { values: { reason } });
  if (bytes.byteLength === 0) throw rejection("it is empty.");
  let text: string;
  try {
    text = strictUtf8.decode(bytes);
  } catch {
    throw rejection("it is not valid UTF-8.");
  }
  try {
    return { text, value: JSON.parse(text) as Json };
  } catch (error) {
    throw rejection(`${(error as Error).message}.`);
  }
}
