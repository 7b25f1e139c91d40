import type { Happening } from "../world/happening.ts";
import { endOfTime } from "../world/time.ts";
import { defaultsIn, type Scope, watch, watchAsync, worldsIn } from "./scope.ts";
import { settled } from "./webhooks.ts";

/** What time it is in a scope, in milliseconds since the epoch, and whether it goes on by itself. */
export function readClock({ engine, organization }: Scope): { readonly now: number; readonly running: boolean } {
  const { worlds } = engine;
  const clock = organization === undefined ? worlds.defaults.time : worlds.worldOf(organization).clock;
  return { now: clock.now(), running: clock.running };
}

/**
 * Moves time forward, whether it runs or stands, and tells in order what happened on the way.
 * @throws RangeError where time cannot go so far
 */
export function advance(scope: Scope, milliseconds: number): Happening[] {
  const times = worldsIn(scope).map(({ clock }) => clock.now());
  const target = Math.max(readClock(scope).now, ...times) + milliseconds;
  if (!(milliseconds >= 0 && target <= endOfTime)) {
    throw new RangeError(`A clock moves forward, to the end of the year 9999 at most; not by ${milliseconds} ms.`);
  }
  return watch(scope, () => {
    for (const { clock } of worldsIn(scope)) clock.advance(milliseconds);
    defaultsIn(scope)?.time.advance(milliseconds);
  });
}

/** The same, and waits for the webhooks that this sends. */
export function advanceAndSettle(scope: Scope, milliseconds: number): Promise<Happening[]> {
  return watchAsync(scope, async () => {
    advance(scope, milliseconds);
    await settled(scope);
  });
}

/** Lets time stand still until it is moved or resumed. */
export function freeze(scope: Scope): void {
  for (const { clock } of worldsIn(scope)) clock.freeze();
  defaultsIn(scope)?.time.freeze();
}

/** Lets time go on by itself, from what it is. */
export function resume(scope: Scope): void {
  for (const { clock } of worldsIn(scope)) clock.resume();
  defaultsIn(scope)?.time.resume();
}
