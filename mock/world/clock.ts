import { OrderedMap } from "./ordered-map.ts";

/** How a clock runs: by itself, or only when it is told to, from a time in milliseconds since the epoch. */
export type ClockMode = { readonly running: true } | { readonly running: false; readonly start: number };

/** Something that is to happen at a time; the key that takes it back. */
export interface Timer {
  readonly at: number;
  readonly order: number;
}

/** setTimeout fires at once for anything longer. */
const longestTimeoutMs = 2 ** 31 - 1;

/**
 * The one source of time of a world, in milliseconds since the epoch, and its agenda. While a timer runs, `now` is the
 * time it was set for, so that what happens does not depend on when somebody looked.
 */
export class Clock {
  readonly running: boolean;
  readonly #timers = new OrderedMap<Timer, () => void>(undefined, (a, b) => a.at - b.at || a.order - b.order);
  #order = 0;
  #moved = false;
  #ended = false;
  /** Milliseconds that a running clock is ahead of the system's. */
  #aheadMs: number;
  #stoppedAt: number;
  #during: number | undefined;
  #alarm: { readonly at: number; readonly timeout: ReturnType<typeof setTimeout> } | undefined;

  /** @param aheadMs how far it begins ahead of its mode's own time */
  constructor(mode: ClockMode, aheadMs: number) {
    this.running = mode.running;
    this.#stoppedAt = mode.running ? 0 : mode.start + aheadMs;
    this.#aheadMs = aheadMs;
  }

  now(): number {
    return this.#during ?? this.#present();
  }

  /** Sets something to happen; what is due already happens at the next look at the clock. */
  schedule(at: number, run: () => void): Timer {
    const timer = { at, order: this.#order++ };
    if (!this.#ended) this.#timers.set(timer, run);
    this.#setAlarm();
    return timer;
  }

  cancel(timer: Timer): void {
    this.#timers.delete(timer);
  }

  /** Lets everything happen that is due. */
  settle(): void {
    if (this.#timers.size > 0) this.#runUntil(this.#present());
  }

  /** Moves time forward, and lets happen, in order, what is due on the way. */
  advance(milliseconds: number): void {
    this.#moved = true;
    const target = this.#present() + milliseconds;
    this.#runUntil(target);
    if (this.running) this.#aheadMs += milliseconds;
    else this.#stoppedAt = target;
    this.#setAlarm();
  }

  /** Whether somebody has moved it. */
  get wasMoved(): boolean {
    return this.#moved;
  }

  /** Forgets the agenda, and takes nothing more: what is still under way when a world ends leads nowhere. */
  stop(): void {
    this.#ended = true;
    this.#timers.clear();
    if (this.#alarm) clearTimeout(this.#alarm.timeout);
    this.#alarm = undefined;
  }

  #present(): number {
    return this.running ? Date.now() + this.#aheadMs : this.#stoppedAt;
  }

  #runUntil(time: number): void {
    for (let next = this.#timers.minKey(); next && next.at <= time; next = this.#timers.minKey()) {
      const run = this.#timers.get(next);
      this.#timers.delete(next);
      this.#during = Math.max(next.at, this.#during ?? next.at);
      try {
        run?.();
      } finally {
        this.#during = undefined;
      }
    }
  }

  #setAlarm(): void {
    const next = this.#timers.minKey();
    if (!this.running || !next || (this.#alarm && this.#alarm.at <= next.at)) return;
    if (this.#alarm) clearTimeout(this.#alarm.timeout);
    const wait = Math.min(Math.max(0, next.at - this.#present()), longestTimeoutMs);
    const timeout = setTimeout(() => {
      this.#alarm = undefined;
      this.settle();
      this.#setAlarm();
    }, wait);
    // An agenda alone keeps no process alive.
    (timeout as { unref?: () => void }).unref?.();
    this.#alarm = { at: next.at, timeout };
  }
}
