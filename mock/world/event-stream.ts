import type { StreamEvent } from "./happening.ts";
import { SharedTurns } from "./shared-turns.ts";

/**
 * @param organization the organization that the event belongs to; undefined for a request of an unknown one
 * @param isElsewhere true if it happened in another process, some time ago
 */
export type StreamListener = (event: StreamEvent, organization: string | undefined, isElsewhere: boolean) => void;

/** Publishes everything that happens in a mock. */
export class EventStream {
  readonly #listeners = new Set<StreamListener>();
  readonly #closers = new Set<() => void>();
  /** Number of clients that are sent everything over HTTP. */
  streams = 0;
  /** Number of requests that wait for others to be answered. */
  waiting = 0;
  /** Those that read journals over HTTP, many of which may have been woken together. */
  readonly journalTurns = new SharedTurns();

  /** @returns a function that ends the subscription */
  subscribe(listener: StreamListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Registers a callback for the end of the mock.
   * @returns a function that removes it
   */
  onClose(close: () => void): () => void {
    this.#closers.add(close);
    return () => void this.#closers.delete(close);
  }

  close(): void {
    for (const close of [...this.#closers]) close();
  }

  get hasSubscribers(): boolean {
    return this.#listeners.size > 0;
  }

  publish(event: StreamEvent, organization: string | undefined, isElsewhere = false): void {
    for (const listener of this.#listeners) listener(event, organization, isElsewhere);
  }
}
