import { expect, test } from "vitest";
import { resolveDialect } from "./dialect.ts";
import type { Rule, WidgetsDocument } from "./document.ts";
import { publishedDocument } from "./published-document.ts";

const documented: Rule = {
  says: "A repeated pause is rejected",
  basis: "said",
  source: "…",
  level: "fail",
  needs: ["management"],
};

function documentWith(rule: Rule): WidgetsDocument {
  return { ...publishedDocument, "x-rules": { ...publishedDocument["x-rules"], "A-PAUSE-2": rule } };
}

test("a recorded choice for a rule that was assumed once is ignored, and listed as such", () => {
  const dialect = resolveDialect(documentWith({ ...documented, wasAssumed: true }), {
    "A-PAUSE-2": "refuse",
    "A-LIST-3": "oldest",
  });
  expect(dialect.ignoredRules).toEqual(["A-PAUSE-2"]);
  expect(dialect.choices["A-LIST-3"]).toBe("oldest");
});

test("a choice for any other documented rule is rejected", () => {
  expect(() => resolveDialect(documentWith(documented), { "A-PAUSE-2": "refuse" })).toThrow(
    "the rule A-PAUSE-2 has no choices",
  );
  expect(() => resolveDialect(publishedDocument, { "CREATE-1": "200" })).toThrow(
    'the rule CREATE-1 has no choices, did you mean "A-CREATE-1"?',
  );
});
