import type { RuleId } from "../../spec/generated/rules.ts";
import type { components } from "../control-plane/generated/types.ts";
import { toPreciseRfc3339 } from "./rfc3339.ts";

/** A recorded request and how it was answered. */
export type JournalEntry = components["schemas"]["JournalEntry"];

/** A request as a world stores it. It is made into a JournalEntry when it is read. */
export interface RequestRecord {
  readonly requestId: string;
  /** Milliseconds since the epoch, on the world's clock. */
  readonly at: number;
  readonly operation: string | undefined;
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
}

/** Selects requests; what is left out selects all. */
export interface JournalFilter {
  readonly operation?: string | undefined;
  readonly status?: number | undefined;
}

/** True if a filter selects the request. */
export function matchesJournalFilter(
  request: { readonly operation?: string | undefined; readonly status: number },
  { operation, status }: JournalFilter,
): boolean {
  return (operation ?? request.operation) === request.operation && (status ?? request.status) === request.status;
}

/**
 * Makes the JSON of a recorded request.
 * @param organization name of the organization, if the request belongs to one
 */
export function journalEntryOf(record: RequestRecord, organization: string | undefined): JournalEntry {
  const { requestId, at, operation, keyLabel, method, path, status, code, rule, assumed, faults, ignored } = record;
  const entry: JournalEntry = {
    request_id: requestId,
    at: toPreciseRfc3339(at),
    method,
    path,
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
  return entry;
}
