/** How time goes: by itself, so far ahead of the system's clock, or standing still. In milliseconds since the epoch. */
export type TimeState =
  | { readonly running: true; readonly aheadMs: number }
  | { readonly running: false; readonly at: number };

/** The last time that RFC 3339 can write. */
export const endOfTime = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** What time it is: a time that goes by itself or is moved by hand, and can be changed from one to the other. */
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

  /** Moves it forward, whether it runs or stands. */
  advance(milliseconds: number): void {
    const state = this.#state;
    this.#state = state.running
      ? { running: true, aheadMs: state.aheadMs + milliseconds }
      : { running: false, at: state.at + milliseconds };
  }

  /** Stands still from now on. */
  freeze(): void {
    this.#state = { running: false, at: this.now() };
  }

  /** Goes by itself from now on, from the time that it is. */
  resume(): void {
    this.#state = { running: true, aheadMs: this.now() - Date.now() };
  }

  save(): TimeState {
    return this.#state;
  }
}
