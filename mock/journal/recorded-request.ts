import type { components } from "../control-plane/generated/types.ts";
import type { Engine } from "../engine.ts";
import { credentialsIn, credentialsInQuery, Redactor } from "./credentials.ts";
import { type JournalEntry, journalEntryOf } from "./journal-entry.ts";
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
  const exchange: RecordedRequest = redactedEntry(journalEntryOf(record, record.journal.name), redactor);
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

/** What reading a mock's journal needs. */
export function readOptionsOf({ bounds, keyPolicy, controlToken }: Engine): ReadOptions {
  const credentials = [...Object.keys(keyPolicy.keys ?? {}), ...(controlToken === undefined ? [] : [controlToken])];
  return { bodyBytes: bounds.journalBodyBytes, credentials };
}

/** An entry without the credentials that a client put into its path, or into the name of a parameter. */
export function redactedEntry(entry: JournalEntry, redactor: Redactor): JournalEntry {
  const { path, ignored } = entry;
  return {
    ...entry,
    path: redactor.text(path),
    ...(ignored ? { ignored: ignored.map((name) => redactor.text(name)) } : {}),
  };
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
