import { describe, expect, test } from "vitest";
import type { RuleId } from "../../spec/generated/rules.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import { healthy } from "./build.test-helper.ts";
import { mutants } from "./mutants.test-helper.ts";
import type { Mutant, Probe } from "./subject.test-helper.ts";
import { userOf } from "./user.test-helper.ts";
import { variants } from "./variants.test-helper.ts";

/** The rules that no implementation can be seen to break. */
const unseen: readonly RuleId[] = ["RECRAWL-6", "AVAIL-1"];
const rules = publishedDocument["x-rules"];
const documented = (Object.keys(rules) as RuleId[]).filter((id) => rules[id].basis !== "assumed");

/** Whether a probe shows something on a fresh subject. */
async function shown(build: Mutant["build"], shows: Probe): Promise<boolean> {
  const subject = build();
  try {
    return await shows(userOf(subject));
  } finally {
    subject.close();
  }
}

describe("every mutant has its bug, and the healthy mock has not", () => {
  test.each(mutants)("$rule: $id", async ({ build, shows }) => {
    expect(await shown(build, shows), "on the mutant").toBe(true);
    expect(await shown(healthy, shows), "on the healthy mock").toBe(false);
  });
});

test("there are enough mutants and variants, each with an id of its own", () => {
  const ids = [...mutants, ...variants].map(({ id }) => id);
  expect(mutants.length).toBeGreaterThanOrEqual(80);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
});

test("every documented rule that can be seen is broken by a mutant", () => {
  const broken = new Set(mutants.map(({ rule }) => rule));
  expect(documented.filter((id) => !broken.has(id) && !unseen.includes(id))).toEqual([]);
  for (const { rule, alsoBreaks } of mutants) {
    expect(documented).toEqual(expect.arrayContaining([rule, ...alsoBreaks]));
    expect(alsoBreaks).not.toContain(rule);
  }
});

describe("every variant has its peculiarity", () => {
  test.each(variants)("$id", async ({ build, shows, rules: answered }) => {
    expect(await shown(build, shows), "on the variant").toBe(true);
    // The default dialect answers no rule otherwise.
    if (answered.length > 0) expect(await shown(healthy, shows), "on the healthy mock").toBe(false);
  });
});

test("variants name assumed rules, and every choice of every one has its variant", () => {
  for (const { rules: answered, mayWarn } of variants) {
    expect(answered.filter((id) => rules[id].basis !== "assumed")).toEqual([]);
    expect(documented).toEqual(expect.arrayContaining([...mayWarn]));
  }
  const choices = Object.entries(rules).flatMap(([id, { choices: offered = [] }]) =>
    offered.slice(1).map(({ choice }) => `choice-${id}-${choice}`.toLowerCase()),
  );
  expect(variants.map(({ id }) => id)).toEqual(expect.arrayContaining(choices));
});
