import type { ObservedRule } from "../contract-tests/dialect/observation.ts";
import type { ObservedRules } from "../contract-tests/dialect/observe-dialect.ts";
import type { RuleId } from "../spec/generated/rules.ts";

/** Most requests that an observed rule names. */
const maxCalls = 6;

/** Combines what was observed in two histories of one server; a choice that differs is none. */
export function mergeObserved(one: ObservedRules, other: ObservedRules): ObservedRules {
  const rules = new Set<RuleId>([...one.keys(), ...other.keys()]);
  return new Map(
    [...rules].map((rule): [RuleId, ObservedRule] => {
      const [first, second] = [one.get(rule), other.get(rule)];
      if (!first || !second) return [rule, (first ?? second) as ObservedRule];
      return [rule, mergedRule(first, second)];
    }),
  );
}

function mergedRule(first: ObservedRule, second: ObservedRule): ObservedRule {
  const isOther =
    first.choice !== undefined &&
    second.choice !== undefined &&
    JSON.stringify(first.choice) !== JSON.stringify(second.choice);
  const words = new Set([first.unsupported, second.unsupported].filter((one) => one !== undefined));
  if (isOther) words.add("more than one choice was seen");
  return {
    choice: isOther ? undefined : (first.choice ?? second.choice),
    unsupported: words.size === 0 ? undefined : [...words].sort().join("; "),
    times: first.times + second.times,
    calls: [...new Set([...first.calls, ...second.calls])].slice(0, maxCalls),
  };
}
