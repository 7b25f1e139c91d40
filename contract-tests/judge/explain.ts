import type { RuleId } from "../../spec/generated/rules.ts";
import type { HistorySettings } from "../history/history.ts";
import { type Contradiction, follow } from "./follow.ts";
import { quietSuspects, suspects } from "./relaxed.ts";
import type { Lens } from "./state.ts";
import type { Timeline } from "./timeline.ts";

/** A rule whose breach explains what was seen, and what that was. */
export interface Explanation {
  readonly rule: RuleId;
  readonly contradictions: readonly Contradiction[];
}

/** What is broken, and what nothing explains. */
export interface Explained {
  readonly explanations: readonly Explanation[];
  readonly unexplained: readonly Contradiction[];
}

/**
 * Names the rules that are broken: the fewest whose relaxation explains every widget's story, and of two that explain the
 * same the narrower. What no relaxation explains is told under no rule.
 * @param named rules that were found broken before: what they explain is told under them first
 */
export function explain(
  timelines: readonly Timeline[],
  lens: Lens,
  settings: HistorySettings,
  named: readonly RuleId[] = [],
): Explained {
  const among = (some: readonly Timeline[], relaxed: ReadonlySet<RuleId>) =>
    some.map((timeline) => follow(timeline, lens, settings, relaxed)).filter((one) => one !== undefined);
  const explanations: Explanation[] = [];
  const relaxed = new Set<RuleId>();
  let open = among(timelines, relaxed);
  /** Relaxes a rule for good, and tells what that explains. */
  const take = (rule: RuleId): void => {
    relaxed.add(rule);
    const left = among(
      open.map(({ timeline }) => timeline),
      relaxed,
    );
    const contradictions = open.filter(({ timeline }) => !left.some((one) => one.timeline === timeline));
    if (contradictions.length > 0) explanations.push({ rule, contradictions });
    open = open.filter((one) => !contradictions.includes(one));
  };
  const explainedBy = (rule: RuleId, some: readonly Contradiction[]) =>
    some.length -
    among(
      some.map(({ timeline }) => timeline),
      new Set([...relaxed, rule]),
    ).length;

  for (const rule of named) if (suspects.includes(rule) || quietSuspects.includes(rule)) take(rule);
  for (;;) {
    const besides = open.filter(({ moment }) => moment.kind !== "call" && moment.beside !== undefined);
    const alone = best(quietSuspects, (rule) => explainedBy(rule, besides));
    // Where lists alone are wrong, it is the list.
    const isOfLists = open.every(
      ({ moment, wrong }) => moment.kind !== "call" && moment.inList && !wrong.includes("shown"),
    );
    const order: readonly RuleId[] = isOfLists ? ["LIST-4", ...suspects] : suspects;
    const next = alone ?? best(order, (rule) => explainedBy(rule, open));
    if (!next) return { explanations, unexplained: open };
    take(next.rule);
  }
}

/** The rule that explains the most; the first of those that explain as much. */
function best(rules: readonly RuleId[], count: (rule: RuleId) => number) {
  return rules
    .map((rule) => ({ rule, count: count(rule) }))
    .filter((one) => one.count > 0)
    .reduce<{ rule: RuleId; count: number } | undefined>(
      (most, one) => (one.count > (most?.count ?? 0) ? one : most),
      undefined,
    );
}
