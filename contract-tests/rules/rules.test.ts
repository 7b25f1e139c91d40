import { describe, expect, test } from "vitest";
import type { DocumentedRuleId } from "../../spec/generated/rules.ts";
import { operationsOf } from "../../spec/operations.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import { goldenFiles, judgeGolden, readGolden } from "../golden/golden.test-helper.ts";
import { entryOf, ruleEntries, ruleRelaxations } from "./index.ts";

const broken = goldenFiles()
  .filter((file) => file.startsWith("mutants/"))
  .map((file) => ({ file, ...readGolden(file) }));

describe.each(Object.keys(ruleEntries) as DocumentedRuleId[])("%s", (rule) => {
  const own = broken.filter(({ head }) => head.rules.includes(rule));

  test.each(own.map((one) => [one.head.id, one] as const))("is named on %s, with calls that show it", (_, golden) => {
    const judgement = judgeGolden(golden.file).find((one) => one.rule === rule);
    const numbers = golden.history.exchanges.map(({ n }) => n);
    expect(["fail", "warn"]).toContain(judgement?.verdict);
    for (const { message, calls } of judgement?.findings ?? []) {
      expect(message).toMatch(/\.$/);
      expect(numbers).toEqual(expect.arrayContaining([...calls]));
    }
  });

  test("is kept or not observed where another rule is broken", () => {
    const others = broken.filter(({ head }) => !head.rules.includes(rule) && !head.mayName.includes(rule));
    const named = others.filter(({ file }) =>
      judgeGolden(file).some((one) => one.rule === rule && one.findings.length > 0),
    );
    expect(named.map(({ head }) => head.id)).toEqual([]);
  });

  test("has an entry that the document agrees with", () => {
    const { level, needs = [] } = publishedDocument["x-rules"][rule];
    const { operation, takes = [], evidence, shown, adapter } = entryOf(rule);
    const known = operationsOf(publishedDocument).map(({ id }) => id);
    expect(known).toEqual(expect.arrayContaining([...takes, ...(operation ? [operation] : [])]));
    expect(evidence !== undefined || shown !== undefined).toBe(level !== "never");
    const isShownByAdapter = needs.some((need) => ["visitor", "inspection", "site"].includes(need));
    expect(adapter !== undefined).toBe(isShownByAdapter && level !== "never");
  });
});

test("of two relaxations one is always the narrower", () => {
  const breadths = ruleRelaxations.map(({ breadth }) => breadth);
  expect(new Set(breadths).size).toBe(breadths.length);
});
