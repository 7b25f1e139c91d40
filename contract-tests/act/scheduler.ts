/** What moves a target's clock; only where it stands still by itself. */
export type Advance = (milliseconds: number) => Promise<void> | void;

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * The time of a run. On a target whose clock stands, time passes only when everybody sleeps or waits: then it goes to the
 * earliest wake at once. Elsewhere it is real time.
 */
export class Scheduler {
  readonly #advance: Advance | undefined;
  readonly #began = Date.now();
  #moved = 0;
  #busy = 0;
  #sleepers: Sleeper[] = [];

  constructor(advance?: Advance) {
    this.#advance = advance;
  }

  /** Milliseconds since the run began. */
  now(): number {
    return this.#advance ? this.#moved : Date.now() - this.#began;
  }

  /**
   * Runs tasks side by side, and waits for all; whoever calls this waits too.
   * @throws the first error, when all have ended
   */
  async all<T>(tasks: readonly (() => Promise<T>)[]): Promise<T[]> {
    if (tasks.length === 0) return [];
    let left = tasks.length;
    // The caller's place goes to the first of them, and back to the caller from the last.
    this.#busy += tasks.length - 1;
    const ends = tasks.map((task) =>
      task().finally(() => {
        left--;
        if (left > 0) this.#rest();
      }),
    );
    const settled = await Promise.allSettled(ends);
    return settled.map((end) => {
      if (end.status === "rejected") throw end.reason;
      return end.value;
    });
  }

  /** Runs a task beside those who are busy already: the first one of a run, or one that nobody waits for. */
  async aside<T>(task: () => Promise<T>): Promise<T> {
    this.#busy++;
    try {
      return await task();
    } finally {
      this.#rest();
    }
  }

  async sleep(milliseconds: number): Promise<void> {
    if (!this.#advance) {
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      return;
    }
    await new Promise<void>((wake) => {
      this.#sleepers.push({ at: this.#moved + Math.max(0, milliseconds), wake });
      this.#rest();
    });
  }

  /** Something that some wait for and somebody tells. */
  signal(): Signal {
    const waiting: (() => void)[] = [];
    let told = false;
    return {
      wait: async () => {
        if (told) return;
        await new Promise<void>((wake) => {
          waiting.push(wake);
          this.#rest();
        });
      },
      tell: () => {
        told = true;
        for (const wake of waiting.splice(0)) {
          this.#busy++;
          wake();
        }
      },
    };
  }

  #rest(): void {
    this.#busy--;
    if (this.#busy === 0 && this.#advance) void this.#goOn(this.#advance);
  }

  async #goOn(advance: Advance): Promise<void> {
    const next = Math.min(...this.#sleepers.map(({ at }) => at));
    if (!Number.isFinite(next)) return;
    const due = this.#sleepers.filter(({ at }) => at <= next);
    this.#sleepers = this.#sleepers.filter(({ at }) => at > next);
    // Those who wake are busy before the clock has moved, so that nobody moves it twice.
    this.#busy += due.length;
    if (next > this.#moved) await advance(next - this.#moved);
    this.#moved = Math.max(this.#moved, next);
    for (const { wake } of due) wake();
  }
}

/** Something that some wait for, and that is told once. */
export interface Signal {
  wait(): Promise<void>;
  tell(): void;
}
