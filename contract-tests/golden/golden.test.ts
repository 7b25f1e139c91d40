import { describe, expect, test } from "vitest";
import type { RuleId } from "../../spec/generated/rules.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import { judge } from "../judge/judge.ts";
import { mutants } from "../subjects/mutants.test-helper.ts";
import { fileOfMutant, type Golden, goldenFiles, hint, readGolden } from "./golden.test-helper.ts";
import { headOfMutant } from "./record-golden.test-helper.ts";

const mutantRows = mutants.map((mutant) => ({
  title: `${mutant.rule}: ${mutant.says} (${mutant.id})`,
  file: fileOfMutant(mutant),
  head: headOfMutant(mutant, {}),
}));

/** The rules that are judged not kept. */
function alarmsIn({ history }: Golden): { readonly fail: RuleId[]; readonly warn: RuleId[] } {
  const judgements = judge(publishedDocument, history);
  const of = (wanted: string) => judgements.filter(({ verdict }) => verdict === wanted).map(({ rule }) => rule);
  return { fail: of("fail"), warn: of("warn") };
}

test("every mutant has one golden history; `npm run golden` records it", () => {
  expect(goldenFiles()).toEqual(mutantRows.map(({ file }) => file).sort());
});

describe("the history of a mutant is judged broken under its rule", () => {
  test.each(mutantRows.map((row) => [row.title, row] as const))("%s", (_, { file, head }) => {
    const golden = readGolden(file);
    const { expected } = golden.head;
    expect(golden.head, hint).toEqual({ ...head, expected });
    const named = Object.values(expected).flat();
    expect(named).toEqual(expect.arrayContaining([...head.rules]));
    expect([...head.rules, ...head.mayName]).toEqual(expect.arrayContaining(named));
    expect(alarmsIn(golden)).toEqual({ fail: [], warn: [], ...expected });
  });
});
