/** Running time, with its distance to the system's clock, or frozen time. In milliseconds since the epoch. */
export type TimeState =
  | { readonly running: true; readonly aheadMs: number }
  | { readonly running: false; readonly at: number };

/** The earliest time that RFC 3339 can express. */
export const startOfTime = Date.parse("0000-01-01T00:00:00Z");

/** The latest time that RFC 3339 can express. */
export const endOfTime = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** The system's clock, or one that is ahead of it. */
export interface WallClock {
  offsetMs: number;
}

const systemClock: WallClock = { offsetMs: 0 };

/** A time that runs or is frozen, and can be moved forward. */
export class Time {
  #state: TimeState;
  readonly #clock: WallClock;
  /** The system's clock when it was read last, and the time that had elapsed then. */
  #wall = Number.NEGATIVE_INFINITY;
  #elapsed = 0;

  constructor(state: TimeState, wall: WallClock = systemClock) {
    this.#state = state;
    this.#clock = wall;
  }

  get running(): boolean {
    return this.#state.running;
  }

  now(): number {
    const state = this.#state;
    if (!state.running) return state.at;
    const wall = Date.now() + this.#clock.offsetMs;
    // Most calls are in the same millisecond as the one before, and the second clock costs as much as the first.
    if (wall === this.#wall) return wall + state.aheadMs;
    const elapsed = performance.now();
    const expected = this.#wall + elapsed - this.#elapsed;
    const wasSetBack = wall < this.#wall;
    this.#wall = wall;
    this.#elapsed = elapsed;
    if (!wasSetBack) return wall + state.aheadMs;
    // What was scheduled comes when its time has elapsed, so this time goes on.
    const aheadMs = state.aheadMs + Math.round(expected - wall);
    this.#state = { running: true, aheadMs };
    return wall + aheadMs;
  }

  /** Moves it forward, running or frozen. */
  advance(milliseconds: number): void {
    const state = this.#state;
    this.#state = state.running
      ? { running: true, aheadMs: state.aheadMs + milliseconds }
      : { running: false, at: state.at + milliseconds };
  }

  /** Stops at the current time. */
  freeze(): void {
    this.#state = { running: false, at: this.now() };
  }

  /** Runs again, from the current time. */
  resume(): void {
    this.#state = { running: true, aheadMs: this.now() - Date.now() - this.#clock.offsetMs };
    this.#wall = Number.NEGATIVE_INFINITY;
  }

  save(): TimeState {
    return this.#state;
  }

  load(state: TimeState): void {
    this.#state = state;
    this.#wall = Number.NEGATIVE_INFINITY;
  }
}
