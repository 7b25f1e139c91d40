import { expect, test } from "vitest";
import { Pace } from "./pace.ts";
import { Scheduler } from "./scheduler.ts";

/** How long so many calls take, one after the other, in milliseconds of a clock that stands. */
async function durationOf(count: number, slow: (pace: Pace, n: number) => void, perSecond = Number.POSITIVE_INFINITY) {
  const scheduler = new Scheduler({ advance: () => undefined });
  const pace = new Pace(scheduler, perSecond);
  await scheduler.aside(async () => {
    for (let n = 0; n < count; n++) {
      await pace.turn(1);
      slow(pace, n);
    }
  });
  return scheduler.now();
}

test("calls leave as fast as is allowed", async () => {
  expect(await durationOf(100, () => undefined)).toBe(0);
  expect(await durationOf(101, () => undefined, 5)).toBe(20_000);
});

test("after a refusal a run waits as it was asked to, goes on slower, and is as fast again in the end", async () => {
  const took = await durationOf(2000, (pace, n) => n === 0 && pace.slower(1000));
  // One call a second for good would be 2000 s.
  expect(took).toBeGreaterThan(10_000);
  expect(took).toBeLessThan(120_000);
});
