import type { WidgetsDocument } from "../../spec/document.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { HistorySettings } from "../history/history.ts";
import { firstListed, getsIn, isShown, type JudgedTimeline } from "../history/timeline.ts";
import { LifeCycle } from "./life-cycle.ts";
import { Members } from "./members.ts";
import { refusableValues } from "./refused-values.ts";
import type { ModelContext } from "./state.ts";

/** What a context is made from. */
interface Observed {
  readonly timelines: readonly JudgedTimeline[];
  readonly calls: readonly Exchange[];
  readonly settings: HistorySettings;
}

/** What the model goes by: the document, and what the run has found out, such as the target's own word for paused. */
export function contextOf(
  document: WidgetsDocument,
  { timelines, calls, settings: { readLagMs, sitesVouched } }: Observed,
): ModelContext {
  const [life, members] = [new LifeCycle(document), new Members(document)];
  const updates = calls.filter((one) => one.operation === "updateWidget" && outcomeOf(one) === "done");
  const ages = timelines.flatMap((timeline) => {
    const first = firstListed(timeline);
    return first ? [first.exchange.t1 - timeline.created.t1] : [];
  });
  return {
    life,
    members,
    readLagMs,
    sitesVouched,
    paused: mostFrequent(timelines.flatMap((timeline) => wordsAfterPause(timeline, life))),
    accepted: new Map(
      updates
        .toReversed()
        .flatMap(({ request, ended }) => members.formsOf(request.body ?? {}).map((form) => [form, ended] as const)),
    ),
    mayRefuse: refusableValues(document, members, { timelines, calls }),
    takenByCreate: takenByCreate(timelines, members),
    showsActive: timelines.some(({ moments }) =>
      moments.some((moment) => isShown(moment) && moment.widget["status"] === life.active),
    ),
    listedAfterMs: Math.min(...ages),
  };
}

/** A context with what an earlier pass has found out of the same target. */
export function withKnown(context: ModelContext, known: ModelContext): ModelContext {
  return {
    ...context,
    paused: context.paused ?? known.paused,
    mayRefuse: (body) => context.mayRefuse(body) && known.mayRefuse(body),
    takenByCreate: new Set([...context.takenByCreate, ...known.takenByCreate]),
    showsActive: context.showsActive || known.showsActive,
  };
}

/** The members that new widgets have as they were sent, and otherwise where they were not sent. */
function takenByCreate(timelines: readonly JudgedTimeline[], members: Members): Set<string> {
  const made = timelines.flatMap((timeline) => {
    const [first] = getsIn(timeline);
    const sent = members.valuesIn(timeline.created.request.body ?? {});
    return first ? [{ sent, shown: members.shownIn(first.widget) }] : [];
  });
  const names = new Set(made.flatMap(({ sent }) => [...sent.keys()]));
  const isTaken = (name: string) =>
    made.some(({ sent, shown }) => {
      const [value, seen] = [sent.get(name), shown.get(name)];
      if (value === undefined || seen === undefined || !members.isSame(name, value, seen)) return false;
      return made.some((other) => !other.sent.has(name) && !members.isSame(name, value, other.shown.get(name) ?? null));
    });
  return new Set([...names].filter(isTaken));
}

/** The words of the target's own that are shown right after a pause. */
function wordsAfterPause({ moments }: JudgedTimeline, life: LifeCycle): string[] {
  return moments.flatMap((moment, index) => {
    const next = moments[index + 1];
    const isPause =
      moment.kind === "call" && moment.exchange.operation === "pauseWidget" && outcomeOf(moment.exchange) === "done";
    const status = isPause && next?.kind === "shown" ? next.widget["status"] : undefined;
    return typeof status === "string" && life.phaseShownAs(status) === life.paused ? [status] : [];
  });
}

function mostFrequent(words: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0];
}
