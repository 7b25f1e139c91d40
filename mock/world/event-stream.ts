import type { StreamEvent } from "./happening.ts";

/** Where all that occurs in a mock can be heard of. */
export class EventStream {
  readonly #listeners = new Set<(occurrence: StreamEvent) => void>();
  readonly #closers = new Set<() => void>();

  /** @returns what ends the subscription */
  subscribe(listener: (occurrence: StreamEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Does something when nothing is to be heard any more. */
  onClose(close: () => void): () => void {
    this.#closers.add(close);
    return () => void this.#closers.delete(close);
  }

  /** Tells everybody that there is no more to hear. */
  close(): void {
    for (const close of [...this.#closers]) close();
  }

  /** Whether anybody listens. */
  get hasSubscribers(): boolean {
    return this.#listeners.size > 0;
  }

  publish(occurrence: StreamEvent): void {
    for (const listener of this.#listeners) listener(occurrence);
  }
}
