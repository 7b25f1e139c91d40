import type { Answer } from "../http/answer.ts";
import { bytesOf } from "../http/answer.ts";
import { isBodyStream, type MockExchange } from "../http/exchange.ts";
import type { JournalEntry } from "./journal-entry.ts";

/** A request to the API and its answer as they were said, whole, for whoever judges a client. */
export interface ObservedExchange extends Pick<JournalEntry, "method" | "path" | "status" | "operation"> {
  readonly requestId: string;
  /** The query with its question mark, or an empty text. */
  readonly search: string;
  /** The assumed rules that the answer rests on. */
  readonly assumed: readonly string[];
  /** Ids of the faults that were injected. */
  readonly faults: readonly string[];
  readonly idempotencyKey: string | undefined;
  /** True for an earlier answer that was sent again (A-IDEM-1). */
  readonly replayed: boolean;
  readonly requestBody: string;
  /** As the operation made it, even if a fault lost it on the way. */
  readonly responseBody: string;
}

const utf8 = new TextDecoder();

/** Puts an exchange together from the request, its answer and its entry in the journal. */
export function observedExchange(
  { search, header, body }: MockExchange,
  { headers, body: answered }: Pick<Answer, "headers" | "body">,
  { request_id: requestId, method, path, status, operation, assumed, faults = [] }: JournalEntry,
): ObservedExchange {
  return {
    ...{ requestId, method, path, search, status, assumed, faults },
    ...(operation === undefined ? {} : { operation }),
    idempotencyKey: header("idempotency-key"),
    replayed: headers?.["Idempotency-Replayed"] === "true",
    requestBody: typeof body === "string" || isBodyStream(body) ? "" : utf8.decode(body),
    responseBody: typeof answered === "function" ? "" : utf8.decode(bytesOf(answered)),
  };
}
