import type { ResponseData } from "../api-response.ts";

const keptMs = 24 * 60 * 60 * 1000;
/** More keys than these are not kept, however young. */
const mostKeys = 10_000;

/** A reply that is kept, with what it answered and when. */
interface Kept {
  readonly at: number;
  readonly request: string;
  readonly reply: ResponseData;
}

/** Keys and their replies, as a snapshot has them. */
export type IdempotencyState = readonly (readonly [key: string, kept: Kept])[];

/** Replies that are given again for their Idempotency-Key, for 24 hours of the world's time (A-IDEM-1). */
export class IdempotencyKeys {
  readonly #kept = new Map<string, Kept>();

  /** What is known of a key: nothing, the reply to the same request, or that it was used for another one. */
  find(key: string, request: string, now: number): ResponseData | "mismatch" | undefined {
    this.#forget(now);
    const kept = this.#kept.get(key);
    if (!kept) return undefined;
    return kept.request === request ? kept.reply : "mismatch";
  }

  store(key: string, request: string, reply: ResponseData, now: number): void {
    this.#kept.set(key, { at: now, request, reply });
  }

  /** The oldest come first in a Map, and time only moves forward. */
  #forget(now: number): void {
    for (const [key, { at }] of this.#kept) {
      if (now - at < keptMs && this.#kept.size < mostKeys) return;
      this.#kept.delete(key);
    }
  }

  save(): IdempotencyState {
    return [...this.#kept];
  }

  load(kept: IdempotencyState): void {
    this.#kept.clear();
    for (const [key, one] of kept) this.#kept.set(key, one);
  }
}
