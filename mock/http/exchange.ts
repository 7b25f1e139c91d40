import type { Caller } from "./caller.ts";

/** Looks up a header of a request by its lower-case name. Lines sent twice arrive joined by a comma. */
export type HeaderLookup = (name: string) => string | undefined;

/** The bytes of a body as they arrive; it ends with an error if the client has gone before its end. */
export type BodyStream = AsyncIterable<Uint8Array>;

/**
 * The bytes of a request's body, whole or as they arrive, or why there are none: it was larger than its limit, or ended too
 * early.
 */
export type RequestBody = Uint8Array<ArrayBufferLike> | BodyStream | "too-large" | "incomplete";

/** True for a body that is read as it arrives. */
export function isBodyStream(body: RequestBody): body is BodyStream {
  return typeof body === "object" && Symbol.asyncIterator in body;
}

/** A request as plain data, whatever it came by: a socket, `fetch`, MSW. */
export interface MockExchange {
  /** Upper case. */
  readonly method: string;
  /** The mock's address as the caller has it, such as `http://127.0.0.1:4010`; with the base path where it has one. */
  readonly origin: string;
  /** The path as it was sent, not decoded. */
  readonly path: string;
  /** The query with its question mark, or an empty string. */
  readonly search: string;
  readonly header: HeaderLookup;
  /** The headers as they were sent, names and values in turn. */
  readonly rawHeaders: readonly string[];
  readonly body: RequestBody;
  /** The connection that it came on; undefined for a caller in this process. */
  readonly caller?: Caller | undefined;
  /** Aborted when the caller is gone. */
  readonly signal?: AbortSignal | undefined;
}

/** A request whose body has not been read yet. */
export type ExchangeHead = Omit<MockExchange, "body">;

/** The body of a request that has none. */
export const noBody: RequestBody = new Uint8Array();
