import { type Scope, worldsIn } from "./scope.ts";

// Those of this process: fake timers of a test must not let a control wait for ever.
const { setTimeout, clearTimeout } = globalThis;
/** Above this, setTimeout fires at once. */
const longestTimeoutMs = 2 ** 31 - 1;

/** Waits until no delivery is due or in progress, or for as long as the mock waits for webhooks. */
export async function deliveriesSettled(scope: Scope): Promise<void> {
  let isOver = false;
  const settled = worldsIn(scope).map(({ webhooks }) => webhooks.settled(() => isOver));
  await withinSettleTime(scope, Promise.all(settled));
  isOver = true;
}

/**
 * Waits for webhooks, as long as the mock does that at most (`maxSettleSeconds`).
 * @returns undefined if the time is up
 */
export function withinSettleTime<Result>({ engine }: Scope, webhooks: Promise<Result>): Promise<Result | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeIsUp = new Promise<undefined>((resolve) => {
    const milliseconds = Math.min(engine.bounds.maxSettleSeconds * 1000, longestTimeoutMs);
    timer = setTimeout(() => resolve(undefined), milliseconds);
  });
  return Promise.race([webhooks, timeIsUp]).finally(() => clearTimeout(timer));
}
