import type { RuleId } from "../../spec/generated/rules.ts";

/** One answer of the mock, as it is remembered and logged. */
export interface JournalEntry {
  readonly requestId: string;
  /** Milliseconds since the epoch, on the world's clock. */
  readonly at: number;
  readonly organization: string | undefined;
  readonly operation: string | undefined;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** The problem's code and the rule it follows, where the answer is a refusal. */
  readonly code: string | undefined;
  readonly rule: RuleId | undefined;
  /** The assumed rules that the answer leaned on. */
  readonly assumed: readonly RuleId[];
  /** What was done to the answer on purpose: the faults' ids. */
  readonly faults?: readonly string[];
}

/** Which answers are meant; what is left out does not matter. */
export interface JournalFilter {
  /** An operation's id, such as `createWidget`. */
  readonly operation?: string;
  readonly status?: number;
}

/** Whether an answer is one that is meant. */
export function matchesJournalFilter(entry: JournalEntry, { operation, status }: JournalFilter): boolean {
  return (operation ?? entry.operation) === entry.operation && (status ?? entry.status) === entry.status;
}
