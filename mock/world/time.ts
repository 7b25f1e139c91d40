/** Running time, with its distance to the system's clock, or frozen time. In milliseconds since the epoch. */
export type TimeState =
  | { readonly running: true; readonly aheadMs: number }
  | { readonly running: false; readonly at: number };

/** The latest time that RFC 3339 can express. */
export const endOfTime = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** A time that runs or is frozen, and can be moved forward. */
export class Time {
  #state: TimeState;

  constructor(state: TimeState) {
    this.#state = state;
  }

  get running(): boolean {
    return this.#state.running;
  }

  now(): number {
    const state = this.#state;
    return state.running ? Date.now() + state.aheadMs : state.at;
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
    this.#state = { running: true, aheadMs: this.now() - Date.now() };
  }

  save(): TimeState {
    return this.#state;
  }
}
