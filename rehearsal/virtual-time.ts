import { vi } from "vitest";

/** A clock that time passes on only when it is told so. */
export interface ManualClock {
  get(): { readonly now: string };
  advance(input: { readonly seconds: number }): unknown;
}

/** So many turns of the event loop without a timer to wait for, and the client waits for the mock. */
const idleTurns = 5;
/** The step by which time passes while nobody says until when to wait. */
const stepMs = 250;

/** A test did not end within the time that it may take on its own clock. */
export class TimeLimitError extends Error {
  override readonly name = "TimeLimitError";
  readonly seconds: number;

  constructor(seconds: number) {
    super(`not ended after ${seconds} s on the mock's clock`);
    this.seconds = seconds;
  }
}

/**
 * Runs a test in a time of its own: whenever it waits, time passes at once, for it and for the mock, up to its next timer.
 * @throws what the test throws, or TimeLimitError
 */
export async function runInVirtualTime(
  clock: ManualClock,
  limitSeconds: number,
  test: () => Promise<void>,
): Promise<void> {
  const start = Date.parse(clock.get().now);
  const nextTurn = turnTaker();
  vi.useFakeTimers({
    toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"],
    now: start,
  });
  try {
    let ended = false;
    const result = test().finally(() => {
      ended = true;
    });
    // It is awaited below, or given up.
    result.catch(() => undefined);
    while (!ended) {
      for (let turn = 0; turn < idleTurns && !ended; turn++) await nextTurn();
      if (ended) break;
      const before = Date.now();
      if (before - start > limitSeconds * 1000) throw new TimeLimitError(limitSeconds);
      const hasTimer = vi.getTimerCount() > 0;
      if (hasTimer) await vi.advanceTimersToNextTimerAsync();
      else await vi.advanceTimersByTimeAsync(stepMs);
      await clock.advance({ seconds: (Date.now() - before) / 1000 });
    }
    await result;
  } finally {
    vi.useRealTimers();
  }
}

/** A function that waits for the next turn of the event loop, by a timer that is not faked. */
function turnTaker(): () => Promise<void> {
  const { setImmediate } = globalThis;
  return () => new Promise((resolve) => void setImmediate(resolve));
}
