import type { AnswerBody } from "../http/answer.ts";
import { isBodyStream, type RequestBody } from "../http/exchange.ts";
import type { BytePieces, JoinedBody } from "../http/joined-body.ts";

/** The beginning of a body that is larger than the journal keeps. */
export interface CutBody {
  readonly bytes: Uint8Array;
  /** Size of the whole body in bytes. */
  readonly size: number;
}

/** A body that the mock has not received whole, or that has no end, such as an event stream. */
export type MissingBody = { readonly missing: "too-large" | "incomplete" | "streamed" };

/** A body as a journal keeps it; undefined if there was none. */
export type KeptBody = string | Uint8Array | BytePieces | CutBody | MissingBody | undefined;

const utf8 = new TextEncoder();

/**
 * Keeps the body of a request.
 * @param text the body as text, if it was decoded
 * @param limit bytes to keep at most
 */
export function keepRequestBody(body: RequestBody, text: string | undefined, limit: number): KeptBody {
  if (typeof body === "string") return { missing: body };
  if (isBodyStream(body)) return { missing: "streamed" };
  if (body.byteLength === 0) return undefined;
  if (body.byteLength > limit) return cut(body, limit);
  // A copy, where it is a view of what was read from the socket.
  return text ?? new Uint8Array(body);
}

/**
 * Keeps the body of an answer, by reference unless it is too large.
 * @param joined the pieces of the body, if they are known: they are kept, and not their copy in the body
 */
export function keepAnswerBody(body: AnswerBody, joined: JoinedBody | undefined, limit: number): KeptBody {
  if (body === null || body.length === 0) return undefined;
  if (typeof body === "function") return { missing: "streamed" };
  if (typeof body !== "string") {
    if (body.byteLength > 2 * limit) return cutShared(body, limit);
    // A little more memory is cheaper than a copy; whoever reads it cuts it.
    return joined?.bytes === body ? joined.pieces : body;
  }
  if (body.length <= limit) return flattened(body);
  return cut(utf8.encode(body), limit);
}

/** Joins the pieces of a text that was put together: it would keep each of them, and take several times its memory. */
function flattened(text: string): string {
  // V8 joins them to read a number.
  Number(text);
  return text;
}

/** The memory that a kept body takes at most, in bytes. */
export function keptBytesOf(body: KeptBody): number {
  if (body === undefined) return 0;
  // Two bytes for each character, if one of them is not Latin.
  if (typeof body === "string") return 2 * body.length;
  if ("missing" in body) return 0;
  if ("size" in body) return body.bytes.buffer.byteLength;
  return "items" in body ? sizeOfPieces(body) : body.byteLength;
}

function sizeOfPieces({ head, items, tail }: BytePieces): number {
  let size = head.byteLength + tail.byteLength;
  for (const item of items) size += item.byteLength;
  return size;
}

function cut(bytes: Uint8Array, limit: number): CutBody {
  return { bytes: new Uint8Array(bytes.subarray(0, limit)), size: bytes.byteLength };
}

/** The beginnings of pages that many requests are answered with. */
const beginnings = new WeakMap<Uint8Array, CutBody>();

function cutShared(bytes: Uint8Array, limit: number): CutBody {
  const known = beginnings.get(bytes);
  if (known && known.bytes.byteLength === limit) return known;
  const made = cut(bytes, limit);
  beginnings.set(bytes, made);
  return made;
}

/** Longer paths and queries are cut off. */
const maxTextLength = 4096;

/** Keeps a path or a query: of a longer one the beginning, and how long it was. */
export function keepText(text: string): string {
  if (text.length <= maxTextLength) return text;
  // Decoded anew: a slice would keep the whole text in memory.
  const beginning = new TextDecoder().decode(utf8.encode(text.slice(0, maxTextLength)));
  return `${beginning}… (${text.length} characters)`;
}
