import { expect, test } from "vitest";
import { Pace, type Priority } from "./pace.ts";
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

/** When calls that wait at the same time leave, by their priorities, in milliseconds. */
async function timesOf(
  priorities: readonly Priority[],
  perSecond: number,
  before: (pace: Pace) => void = () => undefined,
) {
  const scheduler = new Scheduler({ advance: () => undefined });
  const pace = new Pace(scheduler, perSecond);
  before(pace);
  const times: [Priority, number][] = [];
  const tasks = priorities.map((priority) => async () => {
    await pace.turn(priority);
    times.push([priority, scheduler.now()]);
  });
  await scheduler.aside(() => scheduler.all(tasks));
  return times;
}

test("of those that wait the more urgent ones leave first, and of equals who came first", async () => {
  const [first, ...others] = await timesOf([2, 1, 0, 2, 0], 2);
  // The first one does not wait for those that come after it.
  expect(first).toEqual([2, 0]);
  expect(others).toEqual([
    [0, 500],
    [0, 1000],
    [1, 1500],
    [2, 2000],
  ]);
});

test("nobody leaves as long as Retry-After says", async () => {
  expect(await timesOf([1], 10, (pace) => pace.slower(30_000))).toEqual([[1, 30_000]]);
});

test("a run comes close to what a target takes, and keeps below it", async () => {
  const scheduler = new Scheduler({ advance: () => undefined });
  const pace = new Pace(scheduler, Number.POSITIVE_INFINITY);
  let [taken, refused]: [number[], number] = [[], 0];
  const call = async (): Promise<void> => {
    for (;;) {
      await pace.turn(1);
      const now = scheduler.now();
      taken = taken.filter((at) => at > now - 1000);
      if (taken.length < 10) return void taken.push(now);
      refused++;
      pace.slower(1000);
      await scheduler.sleep(1000);
    }
  };
  const one = async () => {
    for (let n = 0; n < 15; n++) await call();
  };
  await scheduler.aside(() => scheduler.all(Array.from({ length: 40 }, () => one)));
  // At ten a second it takes a minute.
  expect(scheduler.now()).toBeLessThan(80_000);
  expect(refused).toBeLessThan(200);
});
