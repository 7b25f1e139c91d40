import { expect, test } from "vitest";
import { publishedDocument } from "../../spec/published-document.ts";
import { judge } from "../judge/judge.ts";
import { mutants } from "../subjects/mutants.test-helper.ts";
import { historyOf } from "../subjects/target.test-helper.ts";

test.each([
  ["recrawl-without-key-is-refused-and-done", ["without a credential"]],
  ["foreign-recrawl-is-refused-and-done", ["of another organization"]],
  ["resume-without-key-is-refused-and-done", ["without a credential"]],
  ["more-behind-a-key-is-ignored", ["with this organization's key and more behind it"]],
])("of %s only the caller is blamed by whom it was done", async (id, callers) => {
  const history = await historyOf(mutants.find((one) => one.id === id) as (typeof mutants)[number]);
  const findings = judge(publishedDocument, history).flatMap((judgement) => judgement.findings);
  const blamed = findings.map(({ message }) => /^A caller (.*) could /.exec(message)?.[1]);
  expect([...new Set(blamed)]).toEqual(callers);
});
