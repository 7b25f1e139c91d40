import type { components } from "../control-plane/generated/types.ts";
import { joinPieces } from "../http/joined-body.ts";
import type { Redactor } from "./credentials.ts";
import type { KeptBody, MissingBody } from "./kept-body.ts";

/** The headers and the body of a request or of its answer. */
export type RecordedMessage = components["schemas"]["RecordedMessage"];

/** The headers and the body of a message as they are kept. */
export interface KeptMessage {
  /** Names and values in turn. */
  readonly headers: readonly string[];
  /** Size of all headers that were sent, in bytes, if only the first ones are kept. */
  readonly wholeHeaders?: number | undefined;
  readonly body: KeptBody;
}

/** A kept body, decoded. */
export interface DecodedBody {
  /** What was kept of it, as text; undefined if it is not UTF-8. */
  readonly text: string | undefined;
  readonly bytes: Uint8Array;
  /** Size of the whole body in bytes. */
  readonly size: number;
  readonly isCut: boolean;
}

const utf8 = new TextEncoder();

/**
 * Decodes what was kept of a body.
 * @returns undefined if nothing was kept
 */
export function decodeBody(body: KeptBody, limit: number): DecodedBody | undefined {
  if (body === undefined) return undefined;
  if (typeof body === "object" && "missing" in body) return undefined;
  const whole = keptPart(body);
  const bytes = whole.subarray(0, limit);
  const size = typeof body === "object" && "size" in body ? body.size : whole.byteLength;
  const isCut = size > bytes.byteLength;
  return { text: typeof body === "string" && !isCut ? body : textOf(bytes, isCut), bytes, size, isCut };
}

function keptPart(body: Exclude<KeptBody, MissingBody | undefined>): Uint8Array {
  if (typeof body === "string") return utf8.encode(body);
  if ("items" in body) return joinPieces(body);
  return "size" in body ? body.bytes : body;
}

/** Makes a message readable, without its credentials. */
export function readableMessage(
  { headers, wholeHeaders, body }: KeptMessage,
  redactor: Redactor,
  limit: number,
): RecordedMessage {
  const pairs: RecordedMessage["headers"] = [];
  let mediaType = "";
  for (let index = 0; index < headers.length; index += 2) {
    const [name = "", value = ""] = [headers[index], headers[index + 1]];
    if (name.toLowerCase() === "content-type") mediaType = value;
    pairs.push({ name, value: redactor.header(name, value) });
  }
  const message: RecordedMessage = { headers: pairs };
  const decoded = decodeBody(body, limit);
  if (decoded) Object.assign(message, shownBody(decoded, mediaType, redactor));
  else if (typeof body === "object" && "missing" in body) message.missing = body.missing;
  const truncated = {
    ...(wholeHeaders === undefined ? {} : { headers: wholeHeaders }),
    ...(decoded?.isCut ? { body: decoded.size } : {}),
  };
  if (Object.keys(truncated).length > 0) message.truncated = truncated;
  return message;
}

function shownBody(
  { text, bytes, isCut }: DecodedBody,
  mediaType: string,
  redactor: Redactor,
): Pick<RecordedMessage, "body" | "encoding"> {
  if (text === undefined) return { body: btoa(redactor.text(latin1Of(bytes))), encoding: "base64" };
  const isForm = mediaType.toLowerCase().startsWith("application/x-www-form-urlencoded");
  const shown = isForm ? redactor.query(text) : redactor.json(text);
  return { body: isCut ? redactor.beginning(shown) : redactor.text(shown) };
}

/** The text of UTF-8, which may end in the middle of a character; undefined for anything else. */
function textOf(bytes: Uint8Array, isCut: boolean): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes, { stream: isCut });
  } catch {
    return undefined;
  }
}

/** A character for each byte. */
function latin1Of(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
