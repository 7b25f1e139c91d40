import type { WidgetsDocument } from "../../spec/document.ts";

/** The module of rule ids and choice names as types, so that code that misses one does not compile. */
export function rulesModule(document: WidgetsDocument): string {
  const rules = Object.entries(document["x-rules"]);
  const union = (ids: readonly string[]) => ids.map((id) => JSON.stringify(id)).join(" | ");
  const assumed = rules.filter(([, { basis }]) => basis === "assumed").map(([id]) => id);
  const documented = rules.filter(([, { basis }]) => basis !== "assumed").map(([id]) => id);
  const choices = rules.flatMap(([id, rule]) =>
    rule.choices ? [`  ${JSON.stringify(id)}: ${union(rule.choices.map(({ choice }) => choice))};`] : [],
  );
  return `/** The id of a rule, documented or assumed. */
export type RuleId = ${union(rules.map(([id]) => id))};

/** The id of a documented rule. */
export type DocumentedRuleId = ${union(documented)};

/** The id of an assumed rule. */
export type AssumedRuleId = ${union(assumed)};

/** The choices of each assumed rule that has some. */
export interface Choices {
${choices.join("\n")}
}
`;
}
