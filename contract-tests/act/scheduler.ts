import { setMaxListeners } from "node:events";
import { setTimeout as sleepFor } from "node:timers/promises";

/** A target's test clock, which stands still by itself. */
export interface TestClock {
  /** Moves it. */
  advance(milliseconds: number): Promise<void> | void;
  /** How many milliseconds it has moved since the run began; undefined where it does not say. */
  moved?(): Promise<number | undefined>;
}

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/**
 * The time of a run. On a target whose clock stands, time passes only when everybody sleeps or waits: then it goes to the
 * earliest wake at once. Elsewhere it is real time.
 */
export class Scheduler {
  readonly #clock: TestClock | undefined;
  readonly #began = Date.now();
  #moved = 0;
  #busy = 0;
  #sleepers: Sleeper[] = [];
  readonly #stop: AbortSignal | undefined;
  /** Wakes everybody who sleeps in real time. */
  #alarm = newAlarm();
  #clockError: string | undefined;

  /** @param stop ends all sleep: who sleeps goes on at once */
  constructor(clock?: TestClock, stop?: AbortSignal) {
    this.#clock = clock;
    this.#stop = stop;
  }

  /** Why the test clock could not be moved, or read; undefined where it could. */
  get clockError(): string | undefined {
    return this.#clockError;
  }

  /** Milliseconds since the run began. */
  now(): number {
    return this.#clock ? this.#moved : Date.now() - this.#began;
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

  /** Looks at a test clock that may have moved without the run. */
  async sync(): Promise<void> {
    const moved = await this.#onClock(() => this.#clock?.moved?.());
    if (moved !== undefined) this.#moved = Math.max(this.#moved, moved);
  }

  async sleep(milliseconds: number): Promise<void> {
    if (!this.#clock) {
      const signal = AbortSignal.any([this.#alarm.signal, ...(this.#stop ? [this.#stop] : [])]);
      await sleepFor(milliseconds, undefined, { signal }).catch(() => undefined);
      return;
    }
    await new Promise<void>((wake) => {
      this.#sleepers.push({ at: this.#moved + Math.max(0, milliseconds), wake });
      this.#rest();
    });
  }

  /** Wakes everybody who sleeps in real time, once: what they waited for is of no interest any more. */
  wake(): void {
    this.#alarm.abort();
    this.#alarm = newAlarm();
  }

  /**
   * Waits in real time until something holds: what comes by itself comes in real time, whatever a test clock says.
   * @param mostMs how long at most; not at all on a real clock, where `sleep` has waited already
   */
  async untilReally(holds: () => boolean, mostMs: number): Promise<void> {
    const end = Date.now() + (this.#clock ? mostMs : 0);
    while (!holds() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /**
   * Something that some wait for and somebody tells.
   * @param times how often it has to be told before those who wait go on
   */
  signal(times = 1): Signal {
    const waiting: (() => void)[] = [];
    let left = times;
    return {
      wait: async () => {
        if (left <= 0) return;
        await new Promise<void>((wake) => {
          waiting.push(wake);
          this.#rest();
        });
      },
      tell: () => {
        left--;
        if (left > 0) return;
        for (const wake of waiting.splice(0)) {
          this.#busy++;
          wake();
        }
      },
    };
  }

  /** Uses the test clock; where that fails, time passes all the same, so that a run comes to its end. */
  async #onClock<T>(use: () => T): Promise<Awaited<T> | undefined> {
    try {
      return await use();
    } catch (error) {
      this.#clockError ??= (error as Error).message;
      return undefined;
    }
  }

  #rest(): void {
    this.#busy--;
    if (this.#busy === 0 && this.#clock) void this.#goOn(this.#clock);
  }

  async #goOn(clock: TestClock): Promise<void> {
    const next = Math.min(...this.#sleepers.map(({ at }) => at));
    if (!Number.isFinite(next)) return;
    const due = this.#sleepers.filter(({ at }) => at <= next);
    this.#sleepers = this.#sleepers.filter(({ at }) => at > next);
    // Those who wake are busy before the clock has moved, so that nobody moves it twice.
    this.#busy += due.length;
    const passing = next - this.#moved;
    // What comes while the clock is moved comes at its end at the latest.
    this.#moved = Math.max(this.#moved, next);
    if (passing > 0 && !this.#stop?.aborted) await this.#onClock(() => clock.advance(passing));
    for (const { wake } of due) wake();
  }
}

function newAlarm(): AbortController {
  const alarm = new AbortController();
  // As many listen as sleep.
  setMaxListeners(0, alarm.signal);
  return alarm;
}

/** Something that some wait for until it is told. */
export interface Signal {
  wait(): Promise<void>;
  tell(): void;
}
