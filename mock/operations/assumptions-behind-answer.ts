import { assumedBy } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import type { DescribedOperation } from "../../spec/operations.ts";
import type { Engine } from "../engine.ts";

/** Lists of one operation, by status and the rules met; there are only a few, and each request has one. */
const known = new WeakMap<DescribedOperation, Map<string, readonly RuleId[]>>();

/** The assumed rules of an answer: the operation's, its own by its status, and those met on the way. */
export function assumptionsBehindAnswer(
  engine: Engine,
  operation: DescribedOperation,
  { status, met }: { readonly status: number; readonly met: readonly RuleId[] },
): readonly RuleId[] {
  let lists = known.get(operation);
  if (!lists) {
    lists = new Map();
    known.set(operation, lists);
  }
  const key = `${status} ${met.join()}`;
  let list = lists.get(key);
  if (!list) {
    list = listAssumptions(engine, operation, { status, met });
    lists.set(key, list);
  }
  return list;
}

function listAssumptions(
  engine: Engine,
  operation: DescribedOperation,
  { status, met }: { readonly status: number; readonly met: readonly RuleId[] },
): readonly RuleId[] {
  const rules = engine.dialect.document["x-rules"];
  const response = operation.responses.get(status);
  const all = new Set([...operation.assumed, ...(response ? assumedBy(response) : []), ...met]);
  return [...all].filter((id) => rules[id].basis === "assumed" && !isOmitted(engine, id));
}

/** A rule that the dialect omits is no assumption. */
function isOmitted({ dialect }: Engine, rule: RuleId): boolean {
  const choices: { readonly [rule in RuleId]?: string } = dialect.choices;
  return choices[rule] === "omit";
}
