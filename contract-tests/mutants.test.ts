import { expect, test } from "vitest";
import { mutants } from "./subjects/mutants.test-helper.ts";
import { sampleOf } from "./subjects/sample.test-helper.ts";
import { lookAt, rulesNamedOn, startTime } from "./subjects/target.test-helper.ts";

const sample = sampleOf(mutants);

test.each(sample)("looking for $rule alone finds that: $says ($id)", async ({ rule, build, effort }) => {
  const broken = await lookAt(build(startTime), { rules: [rule], ...(effort ? { effort } : {}) });
  expect(broken.map((judgement) => judgement.rule)).toEqual([rule]);
});

const inWholeRuns = ["paused-starts-conversations", "limit-is-ignored"];

test.each(
  mutants.filter(({ id }) => inWholeRuns.includes(id)),
)("a whole run names $rule, and no other rule: $says ($id)", async (mutant) => {
  const { named, unexpected } = await rulesNamedOn(mutant);
  expect(named).toContain(mutant.rule);
  expect(unexpected).toEqual([]);
});
