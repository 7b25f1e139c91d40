import type { MockState } from "./mock-state.ts";
import { shortNameOf } from "./world/digest.ts";
import { runName } from "./world/ids.ts";

/**
 * The epochs of a mock: each restore, and each world that is forgotten, begins another one, so that no id is given twice.
 * Their names are part of what ids are made from.
 */
export class IdEpochs {
  /** The seed of the first start: a store keeps it. */
  #startSeed: number;
  /** The latest epoch that was begun, or is reserved for a restore. */
  #latest = 0;
  #requestPrefix: string | undefined;

  constructor(startSeed: number) {
    this.#startSeed = startSeed;
  }

  get startSeed(): number {
    return this.#startSeed;
  }

  get latest(): number {
    return this.#latest;
  }

  /** Holds the seed of this start, which is another one than that of the mock that a snapshot is from. */
  nameOf(epochs: number): string {
    return epochs === 0 ? "" : ` ${this.#startSeed}.${epochs}`;
  }

  /** What the ids of requests of no organization begin with. */
  requestPrefix({ epochs }: MockState, run: number): string {
    this.#requestPrefix ??= `req_${shortNameOf(`requests ${this.#startSeed}${this.nameOf(epochs)}${runName(run)}`)}_`;
    return this.#requestPrefix;
  }

  /** An epoch after all others: ids in it were given neither here nor in the first so many of another mock. */
  reserve({ changes }: MockState, after = 0): number {
    this.#latest = Math.max(this.#latest, after) + 1;
    changes?.changedHead("mock");
    return this.#latest;
  }

  /** Begins an epoch that was reserved. */
  begin(state: MockState, epochs: number): void {
    state.epochs = epochs;
    state.changes?.changedHead("mock");
    this.noteNewState();
  }

  /** Begins with the first one again: everything is reset. */
  restart(): void {
    this.#latest = 0;
  }

  /** Notes that another state, with an epoch of its own, has taken the place of the one before. */
  noteNewState(): void {
    this.#requestPrefix = undefined;
  }

  load({ startSeed, latestEpoch }: { readonly startSeed: number; readonly latestEpoch: number }): void {
    this.#startSeed = startSeed;
    this.#latest = latestEpoch;
    this.noteNewState();
  }
}
