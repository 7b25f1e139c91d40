import type { Happening } from "./world/happening.ts";
import type { JournalEntry } from "./world/journal.ts";

/** Who is told what the mock does. */
export interface Observer {
  /** An answer was given; how long it took is real time, in milliseconds, whatever the clock. */
  answered?(entry: JournalEntry, milliseconds: number): void;
  /** Something happened by itself. */
  happened?(happening: Happening): void;
  /** The mock itself failed: a bug in it. */
  failed?(error: unknown, requestId: string): void;
}
