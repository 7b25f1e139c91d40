import type { Happening } from "./world/happening.ts";
import type { JournalEntry } from "./world/journal.ts";

/** Who is told what the mock does. */
export interface Observer {
  /** An answer was given; how long it took is real time, in milliseconds, whatever the clock. */
  onResponse?(entry: JournalEntry, milliseconds: number): void;
  /** Something happened by itself. */
  onHappening?(happening: Happening): void;
  /** The mock itself failed: a bug in it. */
  onError?(error: unknown, requestId: string): void;
}
