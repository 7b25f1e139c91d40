import type { components } from "../control-plane/generated/types.ts";
import { toPreciseRfc3339 } from "../world/rfc3339.ts";
import { redactOwnCredentials } from "./credentials.ts";
import type { SavedRequest } from "./request-record.ts";

/** A request and how it was answered, as the log and the event stream have it: without what was said. */
export type JournalEntry = components["schemas"]["JournalEntry"];

/**
 * Makes the JSON of a request.
 * @param organization name of the organization, if the request belongs to one
 */
export function journalEntryOf(record: SavedRequest, organization: string | undefined): JournalEntry {
  const { requestId, at, operation, keyLabel, method, path, status, code, rule, assumed, faults, ignored } = record;
  const { traceParent } = record;
  const entry: JournalEntry = {
    request_id: requestId,
    at: toPreciseRfc3339(at),
    method,
    path: path.includes("_") ? redactOwnCredentials(path) : path,
    status,
    assumed: [],
  };
  // One by one: an observer has this done for every request, and a spread for each member costs more.
  if (organization !== undefined) entry.organization = organization;
  if (keyLabel !== undefined) entry.key = keyLabel;
  if (operation !== undefined) entry.operation = operation;
  if (code !== undefined) entry.code = code;
  if (rule !== undefined) entry.rule = rule;
  entry.assumed = [...assumed];
  if (ignored !== undefined) entry.ignored = [...ignored];
  if (faults !== undefined) entry.faults = [...faults];
  if (traceParent !== undefined) entry.traceparent = traceParent;
  return entry;
}
