import type { RuleId } from "../../spec/generated/rules.ts";
import type { KeptBody } from "./kept-body.ts";

/** What a journal knows of a request without what was said: the part of it that a snapshot has. */
export interface SavedRequest {
  readonly requestId: string;
  /** Milliseconds since the epoch, on the world's clock. */
  readonly at: number;
  readonly operation: string | undefined;
  /** The widget that it names in its path, or has created. */
  readonly widget: string | undefined;
  /** Which API key it came with, without giving it away. */
  readonly keyLabel: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly code: string | undefined;
  readonly rule: RuleId | undefined;
  readonly assumed: readonly RuleId[];
  readonly faults: readonly string[] | undefined;
  /** Query parameters that the operation does not have. */
  readonly ignored: readonly string[] | undefined;
  /** The `traceparent` that it came with. */
  readonly traceParent: string | undefined;
}

/** The headers of a request, which equal requests share. */
export interface KeptHeaders {
  /** Names and values in turn. */
  readonly raw: readonly string[];
  /** Size of all headers that were sent, in bytes; more than that of `raw` if only the first ones are kept. */
  readonly size: number;
  /** The address that the request was sent to, such as `http://127.0.0.1:4010`. */
  readonly origin: string;
}

/** What was said: kept as it was at hand, and made readable only when somebody reads it. */
export interface KeptMessages {
  /** The query with its question mark, or an empty string. */
  readonly search: string;
  readonly requestHeaders: KeptHeaders;
  readonly requestBody: KeptBody;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: KeptBody;
  /** Real milliseconds. */
  readonly durationMs: number;
}

/** The journal that a record is in. */
export interface RecordOwner {
  /** Undefined if its requests have none. */
  readonly organization: string | undefined;
  /** The name of the organization, without its key. */
  readonly name: string | undefined;
  forgetOldest(): void;
}

/**
 * A request as a journal keeps it, without messages if it comes from a snapshot. It is one object, with its places in two
 * orders: every object that outlives its request costs the garbage collector more than the request does.
 */
export interface RequestRecord extends SavedRequest, Partial<KeptMessages> {
  readonly journal: RecordOwner;
  /** Its memory, set by the journal. */
  bytes: number;
  /** Its neighbors among the requests of all journals. */
  older: RequestRecord | undefined;
  newer: RequestRecord | undefined;
}

/** The part of a record that a snapshot has. */
export function savedRequestOf(record: SavedRequest): SavedRequest {
  const { requestId, at, operation, widget, keyLabel, method, path, status, code, rule, assumed } = record;
  const { faults, ignored, traceParent } = record;
  return {
    ...{ requestId, at, operation, widget, keyLabel, method, path, status, code, rule, assumed },
    ...{ faults, ignored, traceParent },
  };
}
