/** As they are when the mock is loaded: a test may put others in their place. Browsers have no setImmediate. */
const { setTimeout, setImmediate = (next: () => void) => setTimeout(next, 0) } = globalThis;

/** Work that takes long, for several callers: one after the other, and once for equal work. Other requests come between. */
export class SharedTurns {
  readonly #queue: (() => Promise<unknown>)[] = [];
  #last: { readonly key: unknown; readonly result: Promise<unknown> } | undefined;
  #isRunning = false;

  /**
   * Does work when it is its turn: now, if there is no other.
   * @param key work that has the key of the work before it gets its result
   */
  do<Result>(key: unknown, work: () => Promise<Result>): Promise<Result> {
    return new Promise((resolve) => {
      this.#queue.push(() => {
        const last = this.#last;
        const result = last && last.key === key ? (last.result as Promise<Result>) : work();
        this.#last = { key, result };
        resolve(result);
        return result.catch(() => undefined);
      });
      if (!this.#isRunning) void this.#run();
    });
  }

  /** What follows a turn, such as sending an answer, is part of it. */
  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let turn = this.#queue.shift(); turn; turn = this.#queue.shift()) {
      await turn();
      if (this.#queue.length > 0) await new Promise<void>((resolve) => void setImmediate(resolve));
    }
    this.#isRunning = false;
    this.#last = undefined;
  }
}
