/** Other requests wait no longer than this for a state that is written or read, in real milliseconds. */
const sliceMs = 8;

/** As they are when the mock is loaded: a test may put others in their place. */
const { setTimeout, setImmediate = (next: () => void) => setTimeout(next, 0) } = globalThis;

/** Divides long work into slices between which other requests are served. */
export class Slices {
  #began = performance.now();

  /** True if it is time to pause. */
  get isOver(): boolean {
    return performance.now() - this.#began >= sliceMs;
  }

  /** Lets others go first, and begins a new slice. */
  async pause(): Promise<void> {
    await new Promise<void>((resolve) => void setImmediate(resolve));
    this.#began = performance.now();
  }

  /** Takes every step of some work, and pauses when a slice is over. */
  async run<Result>(steps: Iterator<void, Result>): Promise<Result> {
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
      if (this.isOver) await this.pause();
    }
  }
}

/** Takes every step of some work without a pause. */
export function runToEnd<Result>(steps: Iterator<void, Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
