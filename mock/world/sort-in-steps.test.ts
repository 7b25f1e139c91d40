import fc from "fast-check";
import { expect, test } from "vitest";
import { sortInSteps } from "./sort-in-steps.ts";

test("what is sorted in steps is in order, and what is equal stays as it was", () => {
  const values = fc.array(fc.integer({ min: 0, max: 50 }), { maxLength: 300 });
  fc.assert(
    fc.property(values, (keys) => {
      const given = keys.map((key, place) => ({ key, place }));
      const steps = sortInSteps(given, (one, next) => one.key <= next.key);
      let step = steps.next();
      while (!step.done) step = steps.next();
      expect(step.value).toEqual([...given].sort((one, next) => one.key - next.key || one.place - next.place));
    }),
  );
});

test("no step is long", () => {
  const given = Array.from({ length: 20_000 }, (_, n) => (n * 7919) % 20_000);
  let compared = 0;
  const steps = sortInSteps(given, (one, next) => {
    compared++;
    return one <= next;
  });
  const inSteps = [];
  for (let step = steps.next(); !step.done; step = steps.next()) {
    inSteps.push(compared);
    compared = 0;
  }
  // The runs are found in the first one.
  expect(Math.max(...inSteps.slice(1))).toBeLessThanOrEqual(2000);
});
