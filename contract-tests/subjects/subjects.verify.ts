import { describe, expect, test } from "vitest";
import type { RuleId } from "../../spec/generated/rules.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import { lifeOf } from "./life.test-helper.ts";
import { mutants } from "./mutants.test-helper.ts";
import type { Mutant, Probe } from "./subject.test-helper.ts";
import { userOf } from "./user.test-helper.ts";
import { variants } from "./variants.test-helper.ts";

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

describe("no two mutants of a rule are the same: a probe tells them apart", () => {
  const rulesOfSeveral = documented.filter((id) => mutants.filter(({ rule }) => rule === id).length > 1);
  test.each(rulesOfSeveral)("%s", async (id) => {
    const ofRule = mutants.filter(({ rule }) => rule === id);
    const rows = ofRule.map(async ({ build }) => {
      const row = ofRule.map(({ shows }) => shown(build, shows).catch(() => "fails"));
      return (await Promise.all(row)).join();
    });
    expect(new Set(await Promise.all(rows)).size).toBe(ofRule.length);
  });
});

describe("every variant lives a plain life", () => {
  test.each(variants)("$id", async ({ build, authorize }) => {
    const subject = build();
    await lifeOf(userOf(subject, "sk_test_one", authorize));
    subject.close();
  });
});
