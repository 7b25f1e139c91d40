import { expect, test } from "vitest";
import { fileOfMutant, hint, readGolden } from "./golden/golden.test-helper.ts";
import { missingFrom } from "./golden/stale.test-helper.ts";
import { mutants } from "./subjects/mutants.test-helper.ts";
import { rulesNamedOn } from "./subjects/target.test-helper.ts";

test.each(mutants)("$rule: $says ($id)", async (mutant) => {
  const { named, unexpected, history } = await rulesNamedOn(mutant, { seed: 1 });
  expect(named).toContain(mutant.rule);
  expect(unexpected).toEqual([]);
  expect(missingFrom(history, readGolden(fileOfMutant(mutant)).history), hint).toEqual([]);
});
