/** Work for callers that are woken together: one after the other, so that requests come between, and once for equal work. */
export class SharedTurns {
  readonly #queue: (() => void)[] = [];
  #last: { readonly key: string; readonly result: object } | undefined;
  #isRunning = false;

  /**
   * Does work when it is its turn.
   * @param key work that has the key of the work before it gets its result
   */
  do<Result extends object>(key: string, work: () => Result): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#queue.push(() => {
        try {
          resolve(this.#resultOf(key, work));
        } catch (error) {
          reject(error);
        }
      });
      if (this.#isRunning) return;
      this.#isRunning = true;
      queueMicrotask(() => this.#runNext());
    });
  }

  #resultOf<Result extends object>(key: string, work: () => Result): Result {
    if (this.#last?.key !== key) this.#last = { key, result: work() };
    return this.#last.result as Result;
  }

  /** One turn for each task of the event loop: what follows it, such as sending an answer, is part of the turn. */
  #runNext(): void {
    this.#queue.shift()?.();
    if (this.#queue.length > 0) {
      // Browsers have no setImmediate.
      (globalThis.setImmediate ?? setTimeout)(() => this.#runNext());
      return;
    }
    this.#isRunning = false;
    this.#last = undefined;
  }
}
