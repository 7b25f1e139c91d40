import { expect, test } from "vitest";
import { mutants } from "./subjects/mutants.test-helper.ts";
import { lookAt, startTime } from "./subjects/target.test-helper.ts";

test.each(mutants)("$rule: $says ($id)", async ({ rule, alsoBreaks, build, effort }) => {
  const broken = (await lookAt(build(startTime), effort ? { effort } : {})).map((judgement) => judgement.rule);
  expect(broken).toContain(rule);
  expect(broken.filter((one) => one !== rule && !alsoBreaks.includes(one))).toEqual([]);
});
