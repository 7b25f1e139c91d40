import { isPassing } from "./database.ts";

/** How long is waited for a database that has gone away, such as for its restart, in real time. */
const patienceMs = 3000;

/** Says whether something is to be tried again: for a while after the database has gone away, and no longer. */
export class Patience {
  #awaySince: number | undefined;

  /** Notes that the database answers. */
  noteAnswer(): void {
    this.#awaySince = undefined;
  }

  /** Notes an error, and picks those of who wait for whom it is worth to try again. */
  retryable<Waiting extends { readonly startedAt: number }>(error: unknown, waiting: readonly Waiting[]): Set<Waiting> {
    if (!isPassing(error)) return new Set();
    const now = performance.now();
    this.#awaySince ??= now;
    const isOver = (since: number) => now - since >= patienceMs;
    return new Set(isOver(this.#awaySince) ? [] : waiting.filter(({ startedAt }) => !isOver(startedAt)));
  }
}
