import { expect, test } from "vitest";
import { mutants } from "./subjects/mutants.test-helper.ts";
import { sampleOf } from "./subjects/sample.test-helper.ts";
import { lookAt, rulesNamedOn, startTime } from "./subjects/target.test-helper.ts";

const sample = sampleOf(mutants);

test.each(sample)("looking for $rule alone finds that: $says ($id)", async ({ rule, build, effort }) => {
  const broken = await lookAt(build(startTime), { rules: [rule], ...(effort ? { effort } : {}) });
  expect(broken.map((judgement) => judgement.rule)).toEqual([rule]);
});

test.each([
  "paused-starts-conversations",
  "limit-is-ignored",
  "update-wants-the-name",
])("a whole run names the rule that is broken, and no other (%s)", async (id) => {
  const mutant = mutants.find((one) => one.id === id);
  if (!mutant) throw new Error(`There is no mutant ${id}.`);
  const { named, unexpected } = await rulesNamedOn(mutant);
  expect(named).toContain(mutant.rule);
  expect(unexpected).toEqual([]);
});
