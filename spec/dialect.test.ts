import { expect, test } from "vitest";
import { resolveDialect } from "./dialect.ts";
import { type Example, type Rule, resolve, type WidgetsDocument } from "./document.ts";
import { isJsonObject, type Json } from "./merge-patch.ts";
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

test("errors in an envelope have the codes of those that they stand for", () => {
  const enveloped = resolveDialect(publishedDocument, { "A-ERR-1": "envelope" }).document;
  const codes = (document: WidgetsDocument, mediaType: string, codeOf: (value: Json | undefined) => unknown) =>
    Object.entries(document.components.responses).flatMap(([name, { content }]) => {
      return Object.entries(content?.[mediaType]?.examples ?? {}).flatMap(([example, one]) => {
        const code = codeOf(resolve<Example>(document, one).value);
        return code === undefined ? [] : [`${name} ${example} ${code}`];
      });
    });
  const member = (value: Json | undefined, name: string) => (isJsonObject(value) ? value[name] : undefined);
  const problems = codes(publishedDocument, "application/problem+json", (value) => member(value, "code"));
  expect(problems).toContain("Unavailable outage unavailable");
  expect(codes(enveloped, "application/json", (value) => member(member(value, "error"), "code"))).toEqual(problems);
});
