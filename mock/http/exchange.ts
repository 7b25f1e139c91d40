import type { Caller } from "./caller.ts";

/** Looks up a header of a request by its lower-case name. Lines sent twice arrive joined by a comma. */
export type HeaderLookup = (name: string) => string | undefined;

/** The bytes of a request's body, or why there are none: it was larger than its limit, or ended too early. */
export type RequestBody = Uint8Array<ArrayBufferLike> | "too-large" | "incomplete";

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
