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
}

/** The newest answers, bounded: a mock that runs for weeks remembers no more than one that runs for minutes. */
export class Journal {
  readonly #entries: JournalEntry[] = [];
  readonly #capacity: number;
  #next = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(entry: JournalEntry): void {
    this.#entries[this.#next % this.#capacity] = entry;
    this.#next++;
  }

  /** The entries, oldest first. */
  entries(): JournalEntry[] {
    const start = this.#next % this.#capacity;
    return this.#next <= this.#capacity
      ? [...this.#entries]
      : [...this.#entries.slice(start), ...this.#entries.slice(0, start)];
  }
}
