import type { Occurrence } from "./happening.ts";

/** Where all that occurs in a mock can be heard of. */
export class Feed {
  readonly #listeners = new Set<(occurrence: Occurrence) => void>();

  /** @returns what ends the subscription */
  subscribe(listener: (occurrence: Occurrence) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Whether anybody listens. */
  get isHeard(): boolean {
    return this.#listeners.size > 0;
  }

  tell(occurrence: Occurrence): void {
    for (const listener of this.#listeners) listener(occurrence);
  }
}
