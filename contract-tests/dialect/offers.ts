import type { Choice, WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";

/** An assumed rule and its choices, the default first. */
export interface Offer {
  readonly rule: RuleId;
  readonly choices: readonly Choice[];
}

/** The rules that a dialect chooses for: those that are still assumed, and have choices. */
export function offersOf(document: WidgetsDocument): Offer[] {
  return assumedRules(document).flatMap((rule) => {
    const { choices } = document["x-rules"][rule];
    return choices && choices.length > 1 ? [{ rule, choices }] : [];
  });
}

/** The rules that are assumed, in the order of the document. */
export function assumedRules(document: WidgetsDocument): RuleId[] {
  const rules = Object.keys(document["x-rules"]) as RuleId[];
  return rules.filter((rule) => document["x-rules"][rule].basis === "assumed");
}

/** Whether a dialect can choose for a rule. */
export function hasChoices(document: WidgetsDocument, rule: RuleId): boolean {
  return offersOf(document).some((offer) => offer.rule === rule);
}
