import { resolveDialect } from "../../spec/dialect.ts";
import type { Choice, DialectChoices, WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";

/** An assumed rule and its choices, the default first. */
export interface ChoiceRule {
  readonly rule: RuleId;
  readonly choices: readonly Choice[];
}

/** The assumed rules that have choices. */
export function choiceRules(document: WidgetsDocument): ChoiceRule[] {
  return assumedRules(document).flatMap((rule) => {
    const choices = choicesFor(document, rule);
    return choices.length > 1 ? [{ rule, choices }] : [];
  });
}

/** The choices of a rule; none where it is documented by now. */
export function choicesFor(document: WidgetsDocument, rule: RuleId): readonly Choice[] {
  const { basis, choices = [] } = document["x-rules"][rule];
  return basis === "assumed" ? choices : [];
}

/** The choices of a rule that are words of no response, each with the document as it has it beside known choices. */
export function choiceDocuments(published: WidgetsDocument, rule: RuleId, known: DialectChoices = {}) {
  // A choice with values is a word in a response.
  return choicesFor(published, rule)
    .filter(({ values }) => values === undefined)
    .map(({ choice }) => ({ choice, document: resolveDialect(published, { ...known, [rule]: choice }).document }));
}

/** Whether a dialect can choose for a rule. */
export function hasChoices(document: WidgetsDocument, rule: RuleId): boolean {
  return choicesFor(document, rule).length > 1;
}

/** The assumed rules, in the order of the document. */
export function assumedRules(document: WidgetsDocument): RuleId[] {
  const rules = Object.keys(document["x-rules"]) as RuleId[];
  return rules.filter((rule) => document["x-rules"][rule].basis === "assumed");
}
