import { describe, expect, test } from "vitest";
import { fileOfMutant, hint, readGolden } from "./golden/golden.test-helper.ts";
import { missingFrom } from "./golden/stale.test-helper.ts";
import { mutants } from "./subjects/mutants.test-helper.ts";
import { sampleOf, seedsOf } from "./subjects/seeds.test-helper.ts";
import { lookAt, rulesNamedOn, startTime } from "./subjects/target.test-helper.ts";

describe.each(seedsOf({ verify: 2, full: 5 }))("seed %i", (seed) => {
  test.each(mutants)("$rule: $says ($id)", async (mutant) => {
    const { named, unexpected, history } = await rulesNamedOn(mutant, { seed });
    expect(named).toContain(mutant.rule);
    expect(unexpected).toEqual([]);
    if (seed === 1) expect(missingFrom(history, readGolden(fileOfMutant(mutant)).history), hint).toEqual([]);
  });
});

test.each(sampleOf(mutants, 4))("looking for $rule alone finds that: $says ($id)", async ({ rule, build, effort }) => {
  const broken = await lookAt(build(startTime), { rules: [rule], ...(effort ? { effort } : {}) });
  expect(broken.map((judgement) => judgement.rule)).toEqual([rule]);
});
