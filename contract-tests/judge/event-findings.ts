import type { SeenEvent } from "../history/event.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History, Wait } from "../history/history.ts";
import type { JudgedTimeline } from "../history/timeline.ts";
import { eventWindowMs, longestOf } from "../history/window.ts";
import type { Sighting } from "./sighting.ts";

/** An event may come a moment before reads show what it tells (A-EVENT-4). */
const momentMs = 1000;

/** What a receiver of webhooks has seen kept or broken (EVENT-1 to EVENT-3); nothing where none was subscribed. */
export function eventSightings(history: History, timelines: readonly JudgedTimeline[]): Sighting[] {
  const { events, settings } = history;
  if (!settings.isSubscribed) return [];
  const due = history.waits.filter((wait) => isDue(wait, history));
  const ready = new Set(events.filter(({ isReady }) => isReady).map(({ widget }) => widget));
  if (ready.size > 0)
    return [{ rule: "EVENT-1", says: undefined }, ...sent(due, ready, history), ...readsAgree(history, timelines)];
  if (due.length === 0) return [];
  const calls = callsOf(history, due[0]?.widget);
  const other = events.find((event) => isOfFirstCrawl(event, history));
  if (!other)
    return [
      { rule: "EVENT-2", says: `No event came of first crawls, and ${due.length} widgets became active.`, calls },
    ];
  const says = `No widget.ready came for ${due.length} widgets that became active; other events did.`;
  return [{ rule: "EVENT-1", says, calls: callsOf(history, other.widget) }];
}

/** EVENT-2: one came for each widget that became active; silence counts when it has lasted as long as a window. */
function sent(due: readonly Wait[], ready: ReadonlySet<string>, history: History): Sighting[] {
  const kept = [...ready].map((): Sighting => ({ rule: "EVENT-2", says: undefined }));
  const silent = due.filter(({ widget }) => !ready.has(widget));
  return [
    ...kept,
    ...silent.map(({ widget }): Sighting => {
      const says = `No widget.ready came for a widget that became active; for ${ready.size} others it did.`;
      return { rule: "EVENT-2", says, calls: callsOf(history, widget), script: widget };
    }),
  ];
}

/** EVENT-3: no read that began after an event, and after the read lag, shows a draft. */
function readsAgree({ events, settings }: History, timelines: readonly JudgedTimeline[]): Sighting[] {
  const graceMs = Math.max(settings.readLagMs, momentMs);
  const earliest = new Map<string, SeenEvent>();
  for (const event of events) if (event.isReady && !earliest.has(event.widget)) earliest.set(event.widget, event);
  return [...earliest.values()].flatMap((event): Sighting[] => {
    const timeline = timelines.find(({ widget }) => widget === event.widget);
    const first = timeline && viewsOf(timeline).find(({ began, t0 }) => began > event.came && t0 >= event.t + graceMs);
    if (!first) return [];
    if (first.status !== "draft") return [{ rule: "EVENT-3", says: undefined }];
    const late = Math.round((first.t0 - event.t) / 100) / 10;
    const says = `${late} s after its widget.ready had come a widget was shown as a draft.`;
    return [{ rule: "EVENT-3", says, calls: [timeline.created.n, first.n], script: event.widget }];
  });
}

/** The views of a widget until anything was done with it that may change its status. */
function viewsOf({ moments, widget, id }: JudgedTimeline) {
  const end = moments.findIndex(
    (moment) =>
      moment.kind === "call" && moment.exchange.widget === widget && moment.exchange.operation !== "updateWidget",
  );
  return moments
    .slice(0, end === -1 ? moments.length : end)
    .filter((moment) => moment.kind === "shown" && moment.widget["id"] === id)
    .flatMap((moment) => (moment.kind === "shown" ? [{ ...moment.exchange, status: moment.widget["status"] }] : []));
}

/** Whether an event came before its widget was recrawled: it is about the first crawl, whatever it is called. */
function isOfFirstCrawl({ widget, came }: SeenEvent, { exchanges }: History): boolean {
  return !exchanges.some((one) => one.widget === widget && one.operation === "recrawlWidget" && one.began < came);
}

/** Whether an event must have come: the widget was seen active, was not paused before that, and was there long enough. */
function isDue({ widget, to, ended }: Wait, { exchanges, waits, settings }: History): boolean {
  const own = exchanges.filter((exchange) => exchange.widget === widget);
  const isPausedDraft = own.some(({ operation, t0 }) => operation === "pauseWidget" && t0 < to);
  const deleted = own.find((exchange) => exchange.operation === "deleteWidget" && outcomeOf(exchange) !== "refused");
  const until = Math.min(deleted?.t0 ?? Number.POSITIVE_INFINITY, settings.endedMs);
  return ended === "active" && !isPausedDraft && until - to >= eventWindowMs(longestOf(waits));
}

function callsOf({ exchanges }: History, widget: string | undefined): number[] {
  const isOwn = (exchange: Exchange) =>
    exchange.widget === widget && exchange.caller === "own" && exchange.request.method !== "GET";
  return exchanges
    .filter(isOwn)
    .map(({ n }) => n)
    .slice(0, 3);
}
