import type { components } from "../control-plane/generated/types.ts";
import { credentialsIn, credentialsInQuery, Redactor } from "./credentials.ts";
import { journalEntryOf } from "./journal-entry.ts";
import { readableMessage } from "./readable-message.ts";
import type { RequestRecord } from "./request-record.ts";

/** A recorded request with what was said: its headers and body, and those of its answer. */
export type RecordedRequest = components["schemas"]["RecordedRequest"];

/** What reading needs besides the record. */
export interface ReadOptions {
  /** Bytes of a body that are kept at most. */
  readonly bodyBytes: number;
  /** The credentials of the mock itself, which nothing may repeat. */
  readonly credentials: readonly string[];
}

/** Makes the JSON of a recorded request, without the credentials in it. */
export function recordedRequestOf(record: RequestRecord, options: ReadOptions): RecordedRequest {
  const redactor = redactorOf(record, options);
  const entry = journalEntryOf(record, record.journal.name);
  const exchange: RecordedRequest = { ...entry, path: redactor.text(entry.path) };
  const { widget, search, requestHeaders, requestBody, responseHeaders, responseBody } = record;
  if (widget !== undefined) exchange.widget = redactor.text(widget);
  if (search) exchange.query = redactor.query(search);
  if (!requestHeaders || !responseHeaders) return exchange;
  const { raw, size } = requestHeaders;
  const wholeHeaders = size > lengthOf(raw) ? size : undefined;
  exchange.request = readableMessage({ headers: raw, wholeHeaders, body: requestBody }, redactor, options.bodyBytes);
  const headers = Object.entries(responseHeaders).flat();
  exchange.response = readableMessage({ headers, body: responseBody }, redactor, options.bodyBytes);
  return exchange;
}

/** The redactor of a request: it knows the credentials that came with it. */
export function redactorOf({ requestHeaders, search = "" }: RequestRecord, { credentials }: ReadOptions): Redactor {
  const { raw = [] } = requestHeaders ?? {};
  const sent = raw.flatMap((name, index) => (index % 2 === 0 ? credentialsIn(name, raw[index + 1] ?? "") : []));
  return new Redactor([...credentials, ...sent, ...credentialsInQuery(search)]);
}

function lengthOf(raw: readonly string[]): number {
  return raw.reduce((sum, { length }) => sum + length, 0);
}
