import { describe, expect, test } from "vitest";
import { mutants } from "./subjects/mutants.test-helper.ts";
import { seedsOf } from "./subjects/seeds.test-helper.ts";
import { rulesNamedOn } from "./subjects/target.test-helper.ts";

describe.each(seedsOf({ verify: 2, full: 5 }).slice(1))("seed %i", (seed) => {
  test.each(mutants)("$rule: $says ($id)", async (mutant) => {
    const { named, unexpected } = await rulesNamedOn(mutant, { seed });
    expect(named).toContain(mutant.rule);
    expect(unexpected).toEqual([]);
  });
});
