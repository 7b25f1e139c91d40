import { assumedBy } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import type { DescribedOperation } from "../../spec/operations.ts";
import type { Engine } from "../engine.ts";

/** The assumed rules of an answer: the operation's, its own by its status, and those met on the way. */
export function assumptionsBehindAnswer(
  engine: Engine,
  operation: DescribedOperation,
  { status, met }: { readonly status: number; readonly met: readonly RuleId[] },
): readonly RuleId[] {
  const rules = engine.dialect.document["x-rules"];
  const response = operation.responses.get(status);
  const assumptions: RuleId[] = [];
  for (const group of [operation.assumed, response ? assumedBy(response) : [], met]) {
    for (const id of group) {
      if (rules[id].basis === "assumed" && !assumptions.includes(id) && !isOmitted(engine, id)) assumptions.push(id);
    }
  }
  return assumptions;
}

/** A rule that the dialect omits is no assumption. */
function isOmitted({ dialect }: Engine, rule: RuleId): boolean {
  const choices: { readonly [rule in RuleId]?: string } = dialect.choices;
  return choices[rule] === "omit";
}
