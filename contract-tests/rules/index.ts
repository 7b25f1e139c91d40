import type { DocumentedRuleId, RuleId } from "../../spec/generated/rules.ts";
import type { Relaxation } from "../model/relaxation.ts";
import { availRules } from "./avail.ts";
import { createRules } from "./create.ts";
import { deleteRules } from "./delete.ts";
import { eventRules } from "./event.ts";
import { getRules } from "./get.ts";
import { lifeRules } from "./life.ts";
import { listRules } from "./list.ts";
import { objectRules } from "./object.ts";
import { pathRules } from "./path.ts";
import { pauseRules } from "./pause.ts";
import { recrawlRules } from "./recrawl.ts";
import type { RuleEntry } from "./rule-entry.ts";
import { scopeRules } from "./scope.ts";
import { updateRules } from "./update.ts";

/** Every documented rule, with all that the kit knows of it: a rule without an entry does not compile. */
export const ruleEntries: { readonly [rule in DocumentedRuleId]: RuleEntry } = {
  ...pathRules,
  ...scopeRules,
  ...objectRules,
  ...listRules,
  ...getRules,
  ...createRules,
  ...lifeRules,
  ...eventRules,
  ...updateRules,
  ...pauseRules,
  ...deleteRules,
  ...recrawlRules,
  ...availRules,
} satisfies { readonly [rule in DocumentedRuleId]: RuleEntry };

/** A way in which a rule may not hold. */
export interface RuleRelaxation extends Relaxation {
  readonly rule: DocumentedRuleId;
}

/** The ways in which rules may not hold, the narrower first. */
export const ruleRelaxations: readonly RuleRelaxation[] = Object.entries(ruleEntries)
  .flatMap(([rule, { relaxations = [] }]) =>
    relaxations.map((relaxation): RuleRelaxation => ({ ...relaxation, rule: rule as DocumentedRuleId })),
  )
  .sort((a, b) => a.breadth - b.breadth);

/** The entry of a rule; an empty one for an assumed rule, which no run can break. */
export function entryOf(rule: RuleId): RuleEntry {
  const entries: { readonly [id: string]: RuleEntry } = ruleEntries;
  return entries[rule] ?? {};
}
