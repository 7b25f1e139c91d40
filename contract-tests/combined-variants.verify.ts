import fc from "fast-check";
import { expect, test } from "vitest";
import { combined, fewVariants } from "./subjects/combined.test-helper.ts";
import { alarmsOn } from "./subjects/target.test-helper.ts";

const isFull = process.env["WIDGETS_VERIFY"] === "full";

test("honest variants are spared in combination, with any seed", { timeout: 3_600_000 }, async () => {
  const seed = Number(process.env["PROPERTY_SEED"] ?? 20261129);
  console.log(`Property seed ${seed}; PROPERTY_SEED=<n> takes another.`);
  const how = fc.record({
    crawl: fc.constantFrom("2s", "300ms", "5s-10s", "30s-60s"),
    effort: fc.constantFrom("normal", "quick"),
    seed: fc.integer({ min: 1, max: 1000 }),
  });
  const isSpared = fc.asyncProperty(fewVariants, how, async (ids, { crawl, ...options }) => {
    const { alarms } = await alarmsOn(combined(ids, { crawl }), options);
    expect(alarms).toEqual([]);
  });
  await fc.assert(isSpared, { seed, numRuns: isFull ? 300 : 25 });
});
