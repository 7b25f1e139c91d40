import { vi } from "vitest";

/** A clock that time passes on only when it is told so. */
export interface ManualClock {
  get(): { readonly now: string };
  advance(input: { readonly seconds: number }): unknown;
}

/** So many turns of the event loop without a timer to wait for, and the client waits for the mock. */
const idleTurns = 5;
/** So many milliseconds an answer may take of real time, as for a hash in another thread, before the mock waits for a timer. */
const answerMs = 20;
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
 * @param isAsked whether a request waits for its answer
 * @throws what the test throws, or TimeLimitError
 */
export async function runInVirtualTime(
  clock: ManualClock,
  { limitSeconds, isAsked }: { readonly limitSeconds: number; readonly isAsked: () => boolean },
  test: () => Promise<void>,
): Promise<void> {
  const start = Date.parse(clock.get().now);
  const turns = turnTakers();
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
      await untilIdle(turns, isAsked, () => ended);
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

/**
 * Waits until the client has had its turns since the last answer, and waits for its timers alone; or for an answer that
 * takes too long, which may itself wait for a timer of the mock.
 */
async function untilIdle(turns: TurnTakers, isAsked: () => boolean, hasEnded: () => boolean): Promise<void> {
  let [idle, asked] = [0, 0];
  while (idle < idleTurns && asked < idleTurns + answerMs && !hasEnded()) {
    if (isAsked()) [idle, asked] = [0, asked + 1];
    else idle++;
    await (asked > idleTurns && idle === 0 ? turns.nextMillisecond() : turns.nextTurn());
  }
}

interface TurnTakers {
  readonly nextTurn: () => Promise<void>;
  readonly nextMillisecond: () => Promise<void>;
}

/** Functions that wait for the next turn of the event loop and for a millisecond, by timers that are not faked. */
function turnTakers(): TurnTakers {
  const { setImmediate, setTimeout } = globalThis;
  return {
    nextTurn: () => new Promise((resolve) => void setImmediate(resolve)),
    nextMillisecond: () => new Promise((resolve) => void setTimeout(resolve, 1)),
  };
}
