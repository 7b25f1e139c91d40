import { expect, test } from "vitest";
import { mutants } from "./subjects/mutants.test-helper.ts";
import { sampleOf } from "./subjects/seeds.test-helper.ts";
import { lookAt, startTime } from "./subjects/target.test-helper.ts";

test.each(sampleOf(mutants, 4))("looking for $rule alone finds that: $says ($id)", async ({ rule, build, effort }) => {
  const broken = await lookAt(build(startTime), { rules: [rule], ...(effort ? { effort } : {}) });
  expect(broken.map((judgement) => judgement.rule)).toEqual([rule]);
});
