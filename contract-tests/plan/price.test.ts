import { expect, test } from "vitest";
import { publishedDocument } from "../../spec/published-document.ts";
import { healthy } from "../subjects/build.test-helper.ts";
import { recordOf } from "../subjects/target.test-helper.ts";
import { planRun } from "./plan.ts";
import { priceOf } from "./price.ts";

const free = { callsPerSecond: Number.POSITIVE_INFINITY, readLagMs: 0 };

test.each([
  "quick",
  "normal",
] as const)("what a run with the effort %s costs is told before, within a tenth", async (effort) => {
  const price = priceOf(publishedDocument, planRun(publishedDocument, { effort, seed: 1, maxWidgets: 400 }), free);
  const { report } = await recordOf(healthy({ clock: "manual" }), { effort });
  const { requests, widgets } = report.stats;
  expect(Math.abs(price.calls - requests) / requests).toBeLessThan(0.1);
  expect(price.widgets - widgets).toBeGreaterThanOrEqual(0);
  expect(price.widgets - widgets).toBeLessThanOrEqual(1);
});

test("a guest's pace and reads that lag are paid for, and crawls as long as they take", () => {
  const plan = planRun(publishedDocument, { effort: "normal", seed: 1, maxWidgets: 40 });
  const price = (speed: Partial<typeof free>) => priceOf(publishedDocument, plan, { ...free, ...speed }).seconds;
  // The crawl, and a window of half as much again.
  expect(price({})).toEqual({ min: 75, max: 150 });
  expect(price({ callsPerSecond: 5 }).min).toBe(75 + Math.round(priceOf(publishedDocument, plan, free).calls / 5));
  expect(price({ readLagMs: 2000 }).max).toBeGreaterThan(150);
});
