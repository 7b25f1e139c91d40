import { describe, expect, test } from "vitest";
import { mutants } from "./subjects/mutants.test-helper.ts";
import { seedsOf } from "./subjects/seeds.test-helper.ts";
import { lookAt, startTime } from "./subjects/target.test-helper.ts";

describe.each(seedsOf({ verify: 2, full: 5 }))("seed %i", (seed) => {
  test.each(mutants)("$rule: $says ($id)", async ({ rule, alsoBreaks, build, effort }) => {
    const found = await lookAt(build(startTime), { seed, ...(effort ? { effort } : {}) });
    const broken = found.map((judgement) => judgement.rule);
    expect(broken).toContain(rule);
    expect(broken.filter((one) => one !== rule && !alsoBreaks.includes(one))).toEqual([]);
  });
});
