import type { Json } from "../../spec/merge-patch.ts";
import { type HeaderLookup, isBodyStream, type RequestBody } from "../http/exchange.ts";
import { Refusal } from "../refusal.ts";

/** Maximum size of a request body (A-VAL-2). */
export const maxBodyBytes = 1024 * 1024;

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: false });

/**
 * The bytes of a body that was received whole.
 * @param limit for the message
 * @throws Refusal if it is larger than its limit, or ended too early
 */
export function receivedBytes(body: RequestBody, limit: number): Uint8Array<ArrayBufferLike> {
  if (body === "incomplete" || isBodyStream(body))
    throw new Refusal("invalid_json", { values: { reason: "it is incomplete." } });
  // The rest of it may still be on its way, so the connection is not used again.
  if (body === "too-large") {
    throw new Refusal("payload_too_large", { values: { limit: String(limit) }, headers: { Connection: "close" } });
  }
  return body;
}

/**
 * Checks that a body has a media type that the operation accepts, and is uncompressed UTF-8.
 * @throws Refusal if it is not
 */
export function checkMediaType(header: HeaderLookup, accepted: readonly string[]): void {
  const rejection = (found: string) =>
    new Refusal("unsupported_media_type", { values: { found, expected: accepted.join(" or ") } });
  const sent = header("content-type");
  if (sent === undefined || sent === "") throw rejection("The request has no Content-Type.");
  if (sent === accepted[0] && header("content-encoding") === undefined) return;
  const { mediaType, charset } = parseContentType(sent);
  if (mediaType.includes(",")) throw new Refusal("duplicate_header", { values: { header: "Content-Type" } });
  if (!accepted.includes(mediaType)) throw rejection(`The Content-Type is ${mediaType}.`);
  if (charset !== undefined && !isUtf8(charset)) throw rejection(`The charset ${charset} is not supported.`);
  const coding = header("content-encoding");
  if (coding !== undefined && coding.toLowerCase() !== "identity")
    throw rejection(`The Content-Encoding ${coding} is not supported.`);
}

const parameter = /;\s*([\w!#$%&'*+.^`|~-]+)=("(?:[^"\\]|\\.)*"|[^;,]*)/g;

/** Reads a Content-Type (RFC 9110, section 8.3): a comma outside of quotes, where it was sent twice, stays in the type. */
function parseContentType(sent: string): { readonly mediaType: string; readonly charset: string | undefined } {
  const parameters = [...sent.matchAll(parameter)].map(([, name = "", value = ""]) => [
    name.toLowerCase(),
    value.trim(),
  ]);
  const charset = parameters.find(([name]) => name === "charset")?.[1];
  return {
    mediaType: sent.replace(parameter, "").replace(/;\s*$/, "").trim().toLowerCase(),
    charset: charset?.replace(/^"(.*)"$/, "$1").toLowerCase(),
  };
}

/** True for the labels of UTF-8 (Encoding standard), and for ASCII, which is part of it. */
function isUtf8(label: string): boolean {
  if (label === "us-ascii" || label === "ascii") return true;
  try {
    return new TextDecoder(label).encoding === "utf-8";
  } catch {
    return false;
  }
}

/** @throws Refusal if the bytes are not UTF-8, or not JSON */
export function parseJson(bytes: Uint8Array<ArrayBufferLike>): { readonly text: string; readonly value: Json } {
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
