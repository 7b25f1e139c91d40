import type { RuleId } from "../../spec/generated/rules.ts";
import type { Exchange } from "../history/exchange.ts";
import type { HistorySettings } from "../history/history.ts";
import type { JudgedTimeline } from "../history/timeline.ts";
import { type Contradiction, follow } from "./follow.ts";
import { touchingCall } from "./neighbours.ts";
import { quietSuspects, type Relaxation, type Relaxed, ruleOf, suspects } from "./relaxed.ts";
import type { Lens } from "./state.ts";

/** A rule whose breach explains what was seen, and what that was. */
export interface Explanation {
  readonly relaxation: Relaxation;
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
  timelines: readonly JudgedTimeline[],
  calls: readonly Exchange[],
  lens: Lens,
  { settings, named }: { readonly settings: HistorySettings; readonly named: readonly RuleId[] },
): Explained {
  const work = { left: mostWork };
  const among = (some: readonly JudgedTimeline[], relaxed: Relaxed) =>
    some
      .map((timeline) => follow({ timeline, calls, lens, settings }, relaxed, work))
      .filter((one) => one !== undefined);
  const explanations: Explanation[] = [];
  const relaxed = new Set<Relaxation>();
  let open = among(timelines, relaxed);
  /** Relaxes a rule for good, and tells what that explains. */
  const take = (relaxation: Relaxation): void => {
    relaxed.add(relaxation);
    const left = among(
      open.map(({ timeline }) => timeline),
      relaxed,
    );
    const contradictions = open.filter(({ timeline }) => !left.some((one) => one.timeline === timeline));
    if (contradictions.length > 0) explanations.push({ relaxation, contradictions });
    open = open.filter((one) => !contradictions.includes(one));
  };
  const explainedBy = (relaxation: Relaxation, all: readonly Contradiction[]) => {
    const some = all.filter((one) => mayBeBy(relaxation, one));
    const left = among(
      some.map(({ timeline }) => timeline),
      new Set([...relaxed, relaxation]),
    );
    return some.length - left.length;
  };

  // What explains no story to its end would only lead to another name.
  const known = [...suspects, ...quietSuspects].filter((one) => named.includes(ruleOf(one)));
  for (const one of known) if (explainedBy(one, open) > 0) take(one);
  for (;;) {
    const besides = open.flatMap((one) => isBesideOthers(one, calls));
    const alone = best(quietSuspects, (relaxation) =>
      explainedBy(
        relaxation,
        besides.filter(({ call }) => touchingCall(relaxation) === call.operation).map(({ one }) => one),
      ),
    );
    // Where lists alone are wrong, it is the list.
    const isOfLists = open.every(
      ({ moment, wrong }) => moment.kind !== "call" && moment.inList && !wrong.includes("shown"),
    );
    const order: readonly Relaxation[] = isOfLists ? ["LIST-4", ...suspects] : suspects;
    const next = alone ?? best(order, (one) => explainedBy(one, open));
    if (!next) return { explanations, unexplained: open };
    take(next.relaxation);
  }
}

/**
 * Whether nothing but a call about another widget can have led to what does not fit: it was seen just after that, or it is
 * about members that nobody has written. A status that goes over later may have done so by itself.
 */
function isBesideOthers(one: Contradiction, calls: readonly Exchange[]): { one: Contradiction; call: Exchange }[] {
  const { timeline, moment, wrong, states } = one;
  if (moment.kind === "call") return [];
  const { ended } = moment.exchange;
  const last = calls.filter(({ began }) => began < ended).sort((a, b) => b.began - a.began)[0];
  if (!last || last.widget === timeline.widget || last.origin?.lane !== "quiet") return [];
  const before = timeline.moments[timeline.moments.indexOf(moment) - 1];
  const since = before?.exchange.ended ?? timeline.created.ended;
  const isAtOnce = before?.kind === "call" || calls.some((call) => call.ended > since && call.ended < ended);
  const isNobodys = (name: string) => states.every(({ values, written }) => values.has(name) && !written.has(name));
  return isAtOnce || (moment.kind === "shown" && wrong.some(isNobodys)) ? [{ one, call: last }] : [];
}

/** So many states are looked at in search of names; then what is still open is told without one. */
const mostWork = 10_000_000;

/** What only a view can show: no answer to a call is explained by it alone. */
const ofViews: ReadonlySet<Relaxation> = new Set<Relaxation>([
  ...(["LIFE-4", "RECRAWL-2", "OBJ-4", "LIST-4", "GET-2", "CREATE-6", "SCOPE-3", "PAUSE-7", "UPDATE-7"] as const),
]);

/** Whether what does not fit may be what a relaxation is about: no call of the widget's own has made it vanish beside others. */
function mayBeBy(relaxation: Relaxation, { timeline, moment }: Contradiction): boolean {
  if (moment.kind === "call") return !ofViews.has(relaxation);
  if (relaxation !== "DELETE-8:vanished") return true;
  return timeline.moments[timeline.moments.indexOf(moment) - 1]?.kind !== "call";
}

/** What explains the most; the first of those that explain as much. */
function best(relaxations: readonly Relaxation[], count: (relaxation: Relaxation) => number) {
  return relaxations
    .map((relaxation) => ({ relaxation, count: count(relaxation) }))
    .filter((one) => one.count > 0)
    .reduce<{ relaxation: Relaxation; count: number } | undefined>(
      (most, one) => (one.count > (most?.count ?? 0) ? one : most),
      undefined,
    );
}
