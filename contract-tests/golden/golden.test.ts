import { describe, expect, test } from "vitest";
import type { RuleId } from "../../spec/generated/rules.ts";
import type { Verdict } from "../judge/judge.ts";
import { mutants } from "../subjects/mutants.test-helper.ts";
import { variants } from "../subjects/variants.test-helper.ts";
import { fileOfMutant, fileOfVariant, goldenFiles, hint, judgeGolden, readGolden } from "./golden.test-helper.ts";
import { dialectOf, headOfMutant, headOfVariant } from "./record-golden.test-helper.ts";

const mutantRows = mutants.map((mutant) => ({
  title: `${mutant.rule}: ${mutant.says} (${mutant.id})`,
  file: fileOfMutant(mutant),
  head: headOfMutant(mutant, {}),
}));
const variantRows = variants.map((variant) => ({
  title: `${[...variant.rules, variant.says].join(" ")} (${variant.id})`,
  file: fileOfVariant(variant),
  head: headOfVariant(variant, {}),
}));

/** The rules of a golden history by their verdicts, where that is one of some. */
function rulesIn(file: string, ...verdicts: readonly Verdict[]) {
  const judgements = judgeGolden(file);
  return Object.fromEntries(
    verdicts.flatMap((verdict) => {
      const rules = judgements.filter((one) => one.verdict === verdict).map(({ rule }) => rule);
      return rules.length > 0 ? [[verdict, rules]] : [];
    }),
  );
}

test("every mutant and every variant has one golden history; `npm run golden` records them", () => {
  expect(goldenFiles()).toEqual([...mutantRows, ...variantRows].map(({ file }) => file).sort());
});

describe("the history of a mutant is judged broken under its rule", () => {
  test.each(mutantRows.map((row) => [row.title, row] as const))("%s", (_, { file, head }) => {
    const { expected, ...rest } = readGolden(file).head;
    expect({ ...rest, expected: {} }, hint).toEqual(head);
    const named = Object.values(expected).flat();
    expect(named).toEqual(expect.arrayContaining([...head.rules]));
    expect([...head.rules, ...head.mayName]).toEqual(expect.arrayContaining(named));
    expect(rulesIn(file, "fail", "warn")).toEqual(expected);
  });
});

describe("the history of a variant is judged honest, and the same rules are seen kept", () => {
  test.each(variantRows.map((row) => [row.title, row] as const))("%s", (_, { file, head }) => {
    const golden = readGolden(file);
    const { dialect = {}, ...verdicts } = golden.head.expected;
    expect(golden.head, hint).toEqual({ ...head, expected: golden.head.expected });
    expect(rulesIn(file, "fail", "warn", "pass")).toEqual(verdicts);
    expect(dialectOf(golden.history, Object.keys(dialect) as RuleId[])).toEqual(dialect);
  });
});
