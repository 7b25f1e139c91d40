import type { Answer } from "../http/answer.ts";

const maxAgeMs = 24 * 60 * 60 * 1000;
/** More keys than these are not stored, however young. */
const maxKeys = 10_000;

/** A response with its request and its time. */
interface StoredResponse {
  readonly at: number;
  readonly request: string;
  readonly response: Answer;
}

/** Responses by Idempotency-Key, as a snapshot has them. */
export type IdempotencyState = readonly (readonly [key: string, stored: StoredResponse])[];

/** Responses to be replayed for their Idempotency-Key, for 24 hours of the world's time (A-IDEM-1). */
export class IdempotencyKeys {
  readonly #stored = new Map<string, StoredResponse>();
  readonly #running = new Set<string>();

  /** The response to the same request, "mismatch" if the key was used for another one, undefined for a new key. */
  find(key: string, request: string, now: number): Answer | "mismatch" | undefined {
    this.#expire(now);
    const stored = this.#stored.get(key);
    if (!stored) return undefined;
    return stored.request === request ? stored.response : "mismatch";
  }

  /** Marks a key as that of a request that is running; false if another one has it. */
  claim(key: string): boolean {
    if (this.#running.has(key)) return false;
    this.#running.add(key);
    return true;
  }

  release(key: string): void {
    this.#running.delete(key);
  }

  store(key: string, stored: StoredResponse): void {
    this.#stored.set(key, stored);
  }

  /** The oldest come first in a Map, and time only moves forward. */
  #expire(now: number): void {
    for (const [key, { at }] of this.#stored) {
      if (now - at < maxAgeMs && this.#stored.size < maxKeys) return;
      this.#stored.delete(key);
    }
  }

  save(): IdempotencyState {
    return [...this.#stored];
  }

  load(state: IdempotencyState): void {
    this.#stored.clear();
    for (const [key, stored] of state) this.#stored.set(key, stored);
  }
}
