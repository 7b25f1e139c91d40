import type { RuleId } from "../../spec/generated/rules.ts";
import type { HistorySettings } from "../history/history.ts";
import { type Contradiction, follow } from "./follow.ts";
import { suspects } from "./relaxed.ts";
import type { Lens } from "./state.ts";
import type { Timeline } from "./timeline.ts";

/** A rule whose breach explains what was seen, and what that was. */
export interface Explanation {
  readonly rule: RuleId;
  readonly contradictions: readonly Contradiction[];
}

/**
 * Names the rules that are broken: the fewest whose relaxation explains every widget's story, and of two that explain the
 * same the narrower. What no relaxation explains is told under no rule.
 */
export function explain(
  timelines: readonly Timeline[],
  lens: Lens,
  settings: HistorySettings,
): { readonly explanations: readonly Explanation[]; readonly unexplained: readonly Contradiction[] } {
  const found = (relaxed: ReadonlySet<RuleId>, among: readonly Timeline[]) =>
    among.map((timeline) => follow(timeline, lens, settings, relaxed)).filter((one) => one !== undefined);
  let open = found(new Set(), timelines);
  const explanations: Explanation[] = [];
  const relaxed = new Set<RuleId>();
  while (open.length > 0) {
    const best = bestOf(open, (rule) =>
      found(
        new Set([...relaxed, rule]),
        open.map(({ timeline }) => timeline),
      ).map(({ timeline }) => timeline),
    );
    if (!best) break;
    relaxed.add(best.rule);
    explanations.push(best);
    open = open.filter((one) => !best.contradictions.includes(one));
  }
  return { explanations, unexplained: open };
}

/** The rule that explains the most of what is open; the first of those that explain as much. */
function bestOf(
  open: readonly Contradiction[],
  leftOver: (rule: RuleId) => readonly Timeline[],
): Explanation | undefined {
  let best: Explanation | undefined;
  for (const rule of suspects) {
    const left = leftOver(rule);
    const contradictions = open.filter(({ timeline }) => !left.includes(timeline));
    if (contradictions.length > (best?.contradictions.length ?? 0)) best = { rule, contradictions };
  }
  return best;
}
