import type { Scheduler } from "./scheduler.ts";

/** Who comes first where calls have to queue: polls that tell the time, then writes, then bulk reads. */
export type Priority = 0 | 1 | 2;

const secondMs = 1000;
/** How much slower than what a target took a run goes on. */
const easing = 0.9;
const longestGapMs = 2000;
/** After so long without a refusal a run may be faster again, by so much; where that is refused again it waits longer. */
const calmMs = 5000;
const longestCalmMs = 20_000;
const recovering = 0.7;

interface Waiting {
  readonly priority: Priority;
  readonly go: () => void;
}

/** Lets calls through at a pace, the more urgent ones first. */
export class Pace {
  readonly #scheduler: Scheduler;
  #gapMs: number;
  /** The gap that there is where nobody was turned away. */
  readonly #leastGapMs: number;
  /** When the gap was changed. */
  #changedAt = Number.NEGATIVE_INFINITY;
  /** When the last calls left, one second long. */
  #left: number[] = [];
  /** When the last calls were turned away, one second long. */
  #refused: number[] = [];
  #calmMs = calmMs;
  #slowedAt = Number.NEGATIVE_INFINITY;
  #waiting: Waiting[] = [];
  #next = 0;
  #running = false;

  /** @param perSecond how many calls at most; Infinity lets all through */
  constructor(scheduler: Scheduler, perSecond: number) {
    this.#scheduler = scheduler;
    this.#gapMs = 1000 / perSecond;
    this.#leastGapMs = this.#gapMs;
  }

  /** Waits until a call may leave. */
  async turn(priority: Priority): Promise<void> {
    if (this.#gapMs === 0 && this.#next <= this.#scheduler.now()) return this.#note();
    const signal = this.#scheduler.signal();
    this.#waiting.push({ priority, go: signal.tell });
    if (!this.#running) void this.#serve();
    await signal.wait();
    this.#note();
  }

  /**
   * Lets nobody through for a while, as `Retry-After` asks, and from then on a little fewer a second than were taken in the
   * last one; more and more again where none is turned away any more: a limit may be one of creates alone.
   */
  slower(milliseconds: number): void {
    const now = this.#scheduler.now();
    this.hold(milliseconds);
    this.#refused = [...lastSecond(this.#refused, now), now];
    const taken = lastSecond(this.#left, now).length - this.#refused.length;
    this.#gapMs = Math.min(longestGapMs, Math.max(this.#gapMs, secondMs / Math.max(1, taken * easing)));
    this.#changedAt = now;
    // Calls that are turned away together tell of one limit.
    if (now < this.#slowedAt + secondMs) return;
    const isSoon = now < this.#slowedAt + 2 * this.#calmMs;
    this.#calmMs = isSoon ? Math.min(longestCalmMs, 2 * this.#calmMs) : calmMs;
    this.#slowedAt = now;
  }

  /** Lets nobody through for a while. */
  hold(milliseconds: number): void {
    this.#next = Math.max(this.#next, this.#scheduler.now() + milliseconds);
  }

  #note(): void {
    const now = this.#scheduler.now();
    this.#left = [...lastSecond(this.#left, now), now];
  }

  #recover(): void {
    const now = this.#scheduler.now();
    if (this.#gapMs <= this.#leastGapMs || now < this.#changedAt + this.#calmMs) return;
    this.#changedAt = now;
    this.#gapMs = Math.max(this.#leastGapMs, 1, this.#gapMs * recovering);
  }

  async #serve(): Promise<void> {
    this.#running = true;
    await this.#scheduler.aside(async () => {
      while (this.#waiting.length > 0) {
        const wait = this.#next - this.#scheduler.now();
        // Whole milliseconds: what is left of one would never pass.
        if (wait > 0) await this.#scheduler.sleep(Math.ceil(wait));
        this.#recover();
        this.#waiting.sort((a, b) => a.priority - b.priority);
        this.#next = Math.max(this.#next, this.#scheduler.now()) + this.#gapMs;
        this.#waiting.shift()?.go();
      }
      // At once: who comes before this has ended would wait for ever.
      this.#running = false;
    });
  }
}

function lastSecond(times: readonly number[], now: number): number[] {
  return times.filter((at) => at > now - secondMs);
}
