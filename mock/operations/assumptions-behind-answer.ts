import { assumedBy } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import type { DescribedOperation } from "../../spec/operations.ts";
import type { Engine } from "../engine.ts";

/** The list of an operation for a status and the rules met. There are only a few, and each request has one. */
interface KnownList {
  readonly status: number;
  readonly met: readonly RuleId[];
  readonly list: readonly RuleId[];
}

const known = new WeakMap<DescribedOperation, KnownList[]>();

/** The assumed rules of an answer: the operation's, its own by its status, and those met on the way. */
export function assumptionsBehindAnswer(
  engine: Engine,
  operation: DescribedOperation,
  { status, met }: { readonly status: number; readonly met: readonly RuleId[] },
): readonly RuleId[] {
  let lists = known.get(operation);
  if (!lists) {
    lists = [];
    known.set(operation, lists);
  }
  for (const one of lists) if (one.status === status && isSame(one.met, met)) return one.list;
  const list = listAssumptions(engine, operation, { status, met });
  lists.push({ status, met: [...met], list });
  return list;
}

function isSame(one: readonly RuleId[], other: readonly RuleId[]): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false;
  return true;
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
