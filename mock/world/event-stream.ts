import type { StreamEvent } from "./happening.ts";

/** @param organization whose world it happened in; undefined for a request that belongs to none */
export type StreamListener = (event: StreamEvent, organization: string | undefined) => void;

/** Publishes everything that happens in a mock. */
export class EventStream {
  readonly #listeners = new Set<StreamListener>();
  readonly #closers = new Set<() => void>();

  /** @returns what ends the subscription */
  subscribe(listener: StreamListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Calls back when the mock ends. */
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

  publish(event: StreamEvent, organization: string | undefined): void {
    for (const listener of this.#listeners) listener(event, organization);
  }
}
