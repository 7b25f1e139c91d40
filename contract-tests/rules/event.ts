import type { Json } from "../../spec/merge-patch.ts";
import type { SeenEvent } from "../history/event.ts";
import { type Exchange, isWrite, outcomeOf } from "../history/exchange.ts";
import { groupBy } from "../history/group-by.ts";
import type { Wait } from "../history/history.ts";
import { oncePer } from "../history/once.ts";
import { acceptedWrites, getsIn, isShown, type JudgedTimeline, type ShownMoment } from "../history/timeline.ts";
import { toldWidgets } from "../history/told-widgets.ts";
import { eventWindowMs, longestOf } from "../history/window.ts";
import type { Values } from "../model/members.ts";
import type { RuleContext, RuleEntry, ShownCase } from "./rule-entry.ts";

const ofEvents = { reliesOn: ["subscribe"] } as const satisfies RuleEntry;

/** The rules about `widget.ready`: nothing is told of them where no receiver was subscribed. */
export const eventRules = {
  "EVENT-1": {
    ...ofEvents,
    shown: (context) => {
      const { ready, due, isOther } = eventsOf(context);
      if (ready.size > 0) return [{ message: undefined }];
      if (due.length === 0 || !isOther) return [];
      const message = `No widget.ready came for ${due.length} widgets that became active, but other events did.`;
      return [{ message, calls: callsOf(context, isOther.widget) }];
    },
  },
  "EVENT-2": {
    ...ofEvents,
    shown: (context) => [...sentForEach(context), ...saysItIsReady(context), ...saysWhatIsNew(context)],
  },
  "EVENT-3": { ...ofEvents, shown: readsAgree },
} satisfies { readonly [rule: string]: RuleEntry };

/** An event may come a moment before reads show what it tells (A-EVENT-4). */
const momentMs = 1000;

const eventsOf = oncePer((context: RuleContext) => {
  const { events, waits, settings } = context.history;
  const told = settings.isSubscribed ? events : [];
  return {
    /** The widgets for which an event must have come. */
    due: settings.isSubscribed ? waits.filter((wait) => isDue(wait, context)) : [],
    /** The widgets for which one did. */
    ready: new Set(told.filter(({ isReady }) => isReady).map(({ widget }) => widget)),
    /** An event about a first crawl, whatever it is called. */
    isOther: told.find((event) => isOfFirstCrawl(event, context)),
  };
});

/** One comes for each widget that becomes active; silence counts when it has lasted as long as a window. */
function sentForEach(context: RuleContext): ShownCase[] {
  const { ready, due, isOther } = eventsOf(context);
  if (ready.size === 0) {
    const message = `No event came after first crawls, though ${due.length} widgets became active.`;
    return due.length > 0 && !isOther ? [{ message, calls: callsOf(context, due[0]?.widget) }] : [];
  }
  const message = `No widget.ready came for a widget that became active, but for ${ready.size} others it did.`;
  const silent = due.filter(({ widget }) => !ready.has(widget));
  const [first] = silent;
  const told = [...ready].map(() => ({ message: undefined }));
  const namesakes = namesakesOf(context);
  // Where most are missing, or came for others, it is no matter of what was done with one of them.
  if (first && (silent.length > due.length / 2 || namesakes > 0)) {
    const others = namesakes > 0 ? `, and ${namesakes} others got several` : "";
    const many = `No widget.ready came for ${silent.length} of ${due.length} widgets that became active${others}.`;
    return [...told, { message: many, calls: callsOf(context, first.widget) }];
  }
  return [...told, ...silent.map(({ widget }) => ({ message, calls: callsOf(context, widget), script: widget }))];
}

/** How many widgets that became active once got several events: these name others than those that they are about. */
function namesakesOf(context: RuleContext): number {
  const { events } = context.history;
  const first = events.filter((event) => event.isReady && event.id !== undefined && isOfFirstCrawl(event, context));
  return [...groupBy(first, ({ widget }) => widget).values()].filter(
    (some) => new Set(some.map(({ id }) => id)).size > 1,
  ).length;
}

/** The first `widget.ready` about each widget, with its timeline. */
const firstEvents = oncePer((context: RuleContext) => {
  const { events, settings } = context.history;
  const earliest = new Map<string, SeenEvent>();
  for (const event of settings.isSubscribed ? events : [])
    if (event.isReady && !earliest.has(event.widget)) earliest.set(event.widget, event);
  return [...earliest.values()].flatMap((event) => {
    const timeline = context.timelines.find(({ widget }) => widget === event.widget);
    return timeline ? [{ event, timeline }] : [];
  });
});

/** An event that shows its widget as a draft tells of no first crawl that has ended. */
function saysItIsReady(context: RuleContext): ShownCase[] {
  return firstEvents(context).flatMap(({ event, timeline }): ShownCase[] => {
    const statuses = toldWidgets(event.body, timeline.id).flatMap(({ status }) => status ?? []);
    if (statuses.length === 0) return [];
    const isDraft = statuses.every((status) => status === context.model.life.initial);
    const message = `A widget.ready shows its widget with the status ${JSON.stringify(statuses[0])}.`;
    return [{ message: isDraft ? message : undefined, calls: [timeline.created.n], script: event.widget }];
  });
}

/**
 * An event shows no member as it was before an update that a draft was shown with: that crawl had still to end then. What of a
 * widget an event shows is up to the target, so that it is a warning.
 */
function saysWhatIsNew(context: RuleContext): ShownCase[] {
  const { members, life } = context.model;
  return firstEvents(context).flatMap(({ event, timeline }): ShownCase[] => {
    // An answer about another widget is no view of this one.
    const gets = getsIn(timeline).filter(({ widget }) => widget["id"] === timeline.id);
    const place = gets.findLastIndex(
      ({ exchange, widget }) => exchange.ended < event.came && widget["status"] === life.initial,
    );
    const [draft, next] = [gets[place], gets.find(({ exchange }) => exchange.began > event.came)];
    if (!draft || !next || isWrittenBetween(timeline, draft.exchange, next.exchange)) return [];
    const [now, then] = [members.shownIn(draft.widget), members.shownIn(next.widget)];
    const is = (values: Values, name: string, value: Json) => members.isSame(name, values.get(name) ?? null, value);
    const shown = toldWidgets(event.body, timeline.id).flatMap((widget) => [...members.shownIn(widget)]);
    const known = shown.filter(([name]) => now.has(name) && is(then, name, now.get(name) ?? null));
    const old = known.find(
      ([name, value]) =>
        !is(now, name, value) && gets.slice(0, place).some(({ widget }) => is(members.shownIn(widget), name, value)),
    );
    if (known.length === 0) return [];
    const message = old && `A widget.ready shows ${old[0]} as it was before an update: ${JSON.stringify(old[1])}.`;
    const calls = [timeline.created.n, ...acceptedWrites(timeline, "updateWidget").map(({ n }) => n), draft.exchange.n];
    return [{ message, level: "warn", calls, script: event.widget }];
  });
}

/** Whether a widget was written between the beginning of a view and the end of another one, as far as is known. */
function isWrittenBetween({ moments }: JudgedTimeline, from: Exchange, to: Exchange): boolean {
  return moments.some(
    ({ kind, exchange }) => kind === "call" && exchange.ended > from.began && exchange.began < to.ended,
  );
}

/** No read that began after an event, and after the read lag, shows a draft; one that was active meanwhile is no matter of events. */
function readsAgree(context: RuleContext): ShownCase[] {
  const graceMs = Math.max(context.history.settings.readLagMs, momentMs);
  return firstEvents(context).flatMap(({ event, timeline }): ShownCase[] => {
    const later = viewsOf(timeline).filter(({ exchange }) => exchange.began > event.came);
    const first = later.find(({ exchange }) => exchange.t0 >= event.t + graceMs);
    if (!first) return [];
    const isDraft = ({ widget }: ShownMoment) => widget["status"] === context.model.life.initial;
    if (!isDraft(first) || later.slice(0, later.indexOf(first)).some((one) => !isDraft(one)))
      return [{ message: undefined }];
    const late = Math.round((first.exchange.t0 - event.t) / 100) / 10;
    const message = `${late} s after its widget.ready, a widget was still shown as a draft.`;
    return [{ message, calls: [timeline.created.n, first.exchange.n], script: event.widget }];
  });
}

/** The views that show a widget's status until anything was done with it that may change its status. */
function viewsOf({ moments, id }: JudgedTimeline) {
  const end = moments.findIndex(({ kind, exchange }) => kind === "call" && exchange.operation !== "updateWidget");
  const before = moments.slice(0, end === -1 ? moments.length : end);
  return before.filter((one) => isShown(one)).filter(({ widget }) => widget["id"] === id && "status" in widget);
}

/** Whether an event came before its widget was recrawled: it is about the first crawl, whatever it is called. */
function isOfFirstCrawl({ widget, came }: SeenEvent, { history }: RuleContext): boolean {
  return !history.exchanges.some(
    (one) => one.widget === widget && one.operation === "recrawlWidget" && one.began < came,
  );
}

/** Whether an event must have come: the widget was seen active, was not paused before that, and was there long enough. */
function isDue({ widget, to, ended }: Wait, { history: { exchanges, waits, settings } }: RuleContext): boolean {
  const own = exchanges.filter((exchange) => exchange.widget === widget);
  const isPausedDraft = own.some(({ operation, t0 }) => operation === "pauseWidget" && t0 < to);
  const deleted = own.find((one) => one.operation === "deleteWidget" && outcomeOf(one) !== "refused");
  const until = Math.min(deleted?.t0 ?? Number.POSITIVE_INFINITY, settings.endedMs);
  return ended === "active" && !isPausedDraft && until - to >= eventWindowMs(longestOf(waits));
}

function callsOf({ history }: RuleContext, widget: string | undefined): number[] {
  return history.exchanges
    .filter((one) => one.widget === widget && one.caller === "own" && isWrite(one))
    .map(({ n }) => n)
    .slice(0, 3);
}
