import type { Answer } from "../answer.ts";

const keptMs = 24 * 60 * 60 * 1000;

/** Answers that are given again for their Idempotency-Key, for 24 hours of the world's time (A-IDEM-1). */
export class IdempotencyKeys {
  readonly #kept = new Map<string, { readonly at: number; readonly request: string; readonly answer: Answer }>();

  /** What is known of a key: nothing, the answer to the same request, or that it was used for another one. */
  recall(key: string, request: string, now: number): Answer | "mismatch" | undefined {
    this.#forget(now);
    const kept = this.#kept.get(key);
    if (!kept) return undefined;
    return kept.request === request ? kept.answer : "mismatch";
  }

  keep(key: string, request: string, answer: Answer, now: number): void {
    this.#kept.set(key, { at: now, request, answer });
  }

  /** The oldest come first in a Map, and time only moves forward. */
  #forget(now: number): void {
    for (const [key, { at }] of this.#kept) {
      if (now - at < keptMs) return;
      this.#kept.delete(key);
    }
  }
}
