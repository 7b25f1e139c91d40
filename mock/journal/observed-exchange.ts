import type { ObservedExchange } from "../../spec/observed-exchange.ts";
import type { Answer } from "../http/answer.ts";
import { bytesOf } from "../http/answer.ts";
import { isBodyStream, type MockExchange } from "../http/exchange.ts";
import type { JournalEntry } from "./journal-entry.ts";

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
