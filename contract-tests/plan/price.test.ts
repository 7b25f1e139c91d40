import { expect, test } from "vitest";
import { publishedDocument } from "../../spec/published-document.ts";
import { settingsOf, type VerifyOptions } from "../options.ts";
import { priceFor } from "../verify.ts";
import { planRun } from "./plan.ts";
import { expectPriced, type Given } from "./price.test-helper.ts";
import { priceOf } from "./price.ts";

const free = { callsPerSecond: Number.POSITIVE_INFINITY, readLagMs: 0, listens: true };

test.each<[VerifyOptions, Given?]>([
  [{ effort: "quick" }],
  [{ effort: "quick" }, { hasAdapter: false, hasSecond: false }],
  [{ effort: "quick" }, { crawlSeconds: 2 }],
  [{ effort: "quick" }, { crawlSeconds: 2, hasAdapter: false }],
  [{ effort: "normal" }, { crawlSeconds: 2 }],
  [{ effort: "normal" }],
  [{ effort: "normal" }, { hasAdapter: false }],
  [{ effort: "normal" }, { hasSecond: false }],
  [{ maxWidgets: 8 }],
  [{ maxWidgets: 25, seed: 2 }],
  [{ rules: ["PAUSE-1"] }],
])("what a run with %j costs is told before, within a twentieth (%j)", (options, given) =>
  expectPriced(options, given));

test("a guest's pace and reads that lag are paid for, and crawls as long as they take", () => {
  const plan = planRun(publishedDocument, { effort: "normal", seed: 1, maxWidgets: 40 });
  const price = (speed: Partial<typeof free>) => priceOf(publishedDocument, plan, { ...free, ...speed }).seconds;
  // The crawl, and three windows of half as much again: what a second recrawl does takes another one, and what others' do.
  const { calls, polls } = priceOf(publishedDocument, plan, free);
  // A target may take ten calls a second and no more.
  expect(price({})).toEqual({ min: 165, max: 330 + Math.round((calls + polls.max) / 10) });
  expect(price({ callsPerSecond: 5 }).min).toBe(165 + Math.round((calls + polls.min) / 5));
  expect(price({ readLagMs: 2000 }).max).toBeGreaterThan(price({}).max);
});

test.each([
  "quick",
  "normal",
  "thorough",
] as const)("a %s run of a guest is planned within its time limit", (effort) => {
  const target = { baseUrl: "https://staging.example", credential: {}, secondCredential: {} };
  const { seconds } = priceFor(target, { effort });
  expect(1000 * seconds.max).toBeLessThan(settingsOf({ effort }, target).timeLimitMs / 2);
});
