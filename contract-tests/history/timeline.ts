import type { Json, JsonObject } from "../../spec/merge-patch.ts";
import type { SeenEvent } from "./event.ts";
import { acceptedMs, type Exchange, isDone, isTurnedAway, isWrite, outcomeOf } from "./exchange.ts";
import { groupBy } from "./group-by.ts";
import type { History } from "./history.ts";
import type { Observation } from "./observation.ts";
import { oncePer } from "./once.ts";
import type { Lane } from "./origin.ts";
import { itemsAt, widgetIn } from "./views.ts";
import { completeWalks, isUnchangedAround } from "./walks.ts";

/** A widget of the run, and all that happened to it or was observed of it after its create, in the order of its ends. */
export interface Timeline<M extends Moment = Moment> {
  /** The run's own name of the widget. */
  readonly widget: string;
  readonly id: string;
  /** The script that it belongs to; empty where it belongs to none. */
  readonly script: string;
  readonly lane: Lane | undefined;
  readonly created: Exchange;
  readonly moments: readonly M[];
}

/** One thing that happened to a widget, or that was observed of it. */
export type Moment = CallMoment | ShownMoment | MissingMoment | ObservedMoment | EventMoment;

/** A call on the widget that is no view of it: a write, a read that showed nothing, a call of somebody else. */
export interface CallMoment {
  readonly kind: "call";
  readonly exchange: Exchange;
  /** Whether a write on the same widget was under way at the same time. */
  readonly isRaced: boolean;
}

/** Its owner was shown the widget. */
export interface ShownMoment {
  readonly kind: "shown";
  readonly exchange: Exchange;
  readonly widget: JsonObject;
  readonly inList: boolean;
}

/** Its owner was not shown the widget: asked for by its id, or looked for on every page of the list. */
export interface MissingMoment {
  readonly kind: "missing";
  /** The get, or the last page. */
  readonly exchange: Exchange;
  readonly inList: boolean;
  /** When the get or the first page began, in the order of starts and ends. */
  readonly began: number;
}

/** An adapter told something of the widget. */
export interface ObservedMoment {
  readonly kind: "observed";
  readonly observation: Observation;
}

/** An event about the widget came. */
export interface EventMoment {
  readonly kind: "event";
  readonly event: SeenEvent;
}

/** A moment that shows a widget, or that it is not there. */
export type ViewMoment = ShownMoment | MissingMoment;

/** A timeline as documented rules are judged by it. */
export type JudgedTimeline = Timeline<CallMoment | ViewMoment>;

/** The timelines of the widgets that a run created, in the order of their creates; built once per history. */
export const timelinesOf: (history: History) => readonly Timeline[] = oncePer(buildTimelines);

/**
 * The timelines that documented rules are judged by: without probes of assumptions, and of the calls of others only the
 * writes that were accepted, for they may have had an effect. What the organization does with a widget to see whose it is
 * comes after everything else, and shows no more than that.
 */
export const judgedTimelinesOf = oncePer((history: History): readonly JudgedTimeline[] =>
  timelinesOf(history)
    .filter(({ created }) => created.probe === undefined)
    .map((timeline) => ({ ...timeline, moments: beforeOthersTry(timeline.moments).filter(isJudged) })),
);

/** The moments before every operation is tried on a widget by others: what the organization does meanwhile is not judged. */
function beforeOthersTry(moments: readonly Moment[]): readonly Moment[] {
  const first = moments.findIndex((one) => isCall(one) && isOfScope(one.exchange) && isWrite(one.exchange));
  return first === -1 ? moments : moments.slice(0, first);
}

/** Whether a call of the organization's own belongs to a script of other callers. */
function isOfScope({ origin, caller }: Exchange): boolean {
  return origin?.lane === "foreign" && caller === "own";
}

function isJudged(moment: Moment): moment is CallMoment | ViewMoment {
  if (moment.kind === "observed" || moment.kind === "event") return false;
  if (moment.exchange.probe !== undefined || isOfScope(moment.exchange)) return false;
  return moment.kind !== "call" || isWriteOf(moment.exchange);
}

/** Whether a call may have changed a widget as far as documented rules go. */
function isWriteOf(exchange: Exchange): boolean {
  if (!isWrite(exchange)) return false;
  const isOfOthers = exchange.operation === "pauseWidget" || exchange.operation === "updateWidget";
  return exchange.caller === "own" || (isOfOthers && outcomeOf(exchange) === "done");
}

/** The calls on widgets that may have changed one as far as documented rules go, in the order of their ends. */
export function judgedCallsOf({ exchanges }: History): Exchange[] {
  return exchanges
    .filter((one) => one.probe === undefined && !isOfScope(one) && isWriteOf(one))
    .sort((a, b) => a.ended - b.ended);
}

/** The place of a moment among the starts and ends of calls. */
export function placeOf(moment: Moment): number {
  if (moment.kind === "observed") return moment.observation.came;
  return moment.kind === "event" ? moment.event.came : moment.exchange.ended;
}

/** Narrows a moment to one that shows the widget. */
export function isShown(moment: Moment): moment is ShownMoment {
  return moment.kind === "shown";
}

/** The moments that show a widget. */
export function viewsIn({ moments }: Timeline): ShownMoment[] {
  return moments.filter((one) => isShown(one));
}

/** Narrows a moment to a call. */
export function isCall(moment: Moment): moment is CallMoment {
  return moment.kind === "call";
}

/** The calls on a widget, and those that showed it or that it is not there. */
export function exchangesIn({ moments }: Timeline): Exchange[] {
  return moments.flatMap((moment) => ("exchange" in moment ? moment.exchange : []));
}

/** The calls on a widget that are no views of it. */
export function callsIn({ moments }: Timeline): Exchange[] {
  return moments.flatMap((moment) => (isCall(moment) ? moment.exchange : []));
}

/** The writes of a widget's owner. */
export function writesIn(timeline: Timeline): Exchange[] {
  return callsIn(timeline).filter((exchange) => exchange.caller === "own" && isWrite(exchange));
}

/** The writes of a widget's owner by one operation that succeeded. */
export function acceptedWrites(timeline: Timeline, wanted: string): Exchange[] {
  return writesIn(timeline).filter((write) => isDone(write, wanted));
}

/** When a delete of the widget began that was not refused, in the order of starts and ends. */
export function deletedFrom(timeline: Timeline): number {
  const deleted = callsIn(timeline).find((one) => one.operation === "deleteWidget" && outcomeOf(one) !== "refused");
  return deleted?.began ?? Number.POSITIVE_INFINITY;
}

/** The gets that showed a widget; a list may tell less. */
export function getsIn({ moments }: Timeline): ShownMoment[] {
  return moments.filter((one) => isGet(one));
}

/** Narrows a moment to a get that shows the widget. */
export function isGet(moment: Moment): moment is ShownMoment {
  return moment.kind === "shown" && !moment.inList;
}

/** The first view of a widget in a list. */
export function firstListed(timeline: Timeline): ShownMoment | undefined {
  return viewsIn(timeline).find(({ inList }) => inList);
}

/** The last get that showed a widget before a call began. */
export function getBefore(timeline: Timeline, { began }: Exchange): ShownMoment | undefined {
  return getsIn(timeline).findLast(({ exchange }) => exchange.ended < began);
}

/** The first get that showed a widget when a call had ended, and must have had its effect where it was only accepted (202). */
export function getAfter(timeline: Timeline, { ended, response, t1 }: Exchange): ShownMoment | undefined {
  const effectMs = response?.status === 202 ? t1 + acceptedMs : t1;
  return getsIn(timeline).find(({ exchange }) => exchange.began > ended && exchange.t0 >= effectMs);
}

/** The gets before and after a write of its owner, where it alone was written since its beginning; undefined where it was not. */
export function getsAround(
  timeline: Timeline,
  write: Exchange,
): { readonly before: ShownMoment; readonly after: ShownMoment } | undefined {
  const [before, after] = [getBefore(timeline, write), getAfter(timeline, write)];
  if (!before || !after) return undefined;
  const isOther = (one: Exchange) =>
    one !== write && (one.ended > write.began || mayBePending(one, write)) && one.began < after.exchange.ended;
  return writesIn(timeline).some(isOther) ? undefined : { before, after };
}

/** Whether a call that does the same as another one was only accepted (202) so soon before it that its effect may come after it. */
function mayBePending({ operation, response, t1 }: Exchange, { operation: same, t0 }: Exchange): boolean {
  return operation === same && response?.status === 202 && t1 + acceptedMs >= t0;
}

/** Whether two calls were under way at the same time. */
export function areConcurrent(one: Exchange, other: Exchange): boolean {
  return one.began < other.ended && one.ended > other.began;
}

/** A timeline that is being built. */
interface Building extends Timeline {
  readonly moments: Moment[];
}

function buildTimelines(history: History): Building[] {
  const all = history.exchanges.flatMap(newTimeline);
  addExchanges(all, history);
  addAbsences(all, history);
  const byName = groupBy(all, ({ widget }) => widget);
  for (const observation of history.observations)
    add(byName.get(observation.widget), { kind: "observed", observation });
  for (const event of history.events) add(byName.get(event.widget), { kind: "event", event });
  for (const { moments } of all) moments.sort((a, b) => placeOf(a) - placeOf(b));
  return all;
}

function add(timelines: readonly Building[] | undefined, moment: Moment): void {
  for (const { created, moments } of timelines ?? []) if (placeOf(moment) > created.ended) moments.push(moment);
}

function addExchanges(all: readonly Building[], { exchanges, items }: History): void {
  const byName = groupBy(all, ({ widget }) => widget);
  const byId = groupBy(all, ({ id }): Json | undefined => id);
  const writes = groupBy(exchanges.filter(isWrite), ({ widget }) => widget);
  for (const exchange of exchanges) {
    const isOfList = exchange.operation === "listWidgets" && exchange.caller === "own";
    const listed = isOfList && items ? (itemsAt(exchange.response?.body, items) ?? []) : [];
    for (const widget of listed) add(byId.get(widget["id"]), { kind: "shown", exchange, widget, inList: true });
    if (exchange.widget === undefined || exchange.operation === "listWidgets") continue;
    const others = writes.get(exchange.widget) ?? [];
    const isRaced = others.some((other) => other.n !== exchange.n && areConcurrent(exchange, other));
    add(byName.get(exchange.widget), momentOf(exchange, isRaced));
  }
}

/**
 * The walks that a widget is on no page of: they tell nothing where they began before its create returned, or within the
 * read lag, nor where they have several pages and others come and go.
 */
function addAbsences(all: readonly Building[], history: History): void {
  const walks = completeWalks(history);
  for (const walk of walks) {
    const { began, pages, ids } = walk;
    if (pages.length > 1 && !isUnchangedAround(walk, walks)) continue;
    const [first, exchange, shown] = [pages[0], pages.at(-1), new Set(ids)];
    for (const { id, created, moments } of all) {
      const isSettled = began > created.ended && (first?.t0 ?? 0) >= created.t1 + history.settings.readLagMs;
      if (exchange && isSettled && !shown.has(id)) moments.push({ kind: "missing", exchange, inList: true, began });
    }
  }
}

function newTimeline(created: Exchange): Building[] {
  const { operation, caller, widget, origin, response } = created;
  const id = operation === "createWidget" && caller === "own" ? widgetIn(response?.body)?.["id"] : undefined;
  if (typeof id !== "string" || widget === undefined) return [];
  return [{ widget, id, script: origin?.script ?? "", lane: origin?.lane, created, moments: [] }];
}

function momentOf(exchange: Exchange, isRaced: boolean): Moment {
  const { operation, caller, response, began } = exchange;
  if (operation !== "getWidget" || caller !== "own") return { kind: "call", exchange, isRaced };
  const widget = widgetIn(response?.body);
  if (response && response.status < 300 && widget) return { kind: "shown", exchange, widget, inList: false };
  const isMissing = response !== undefined && [404, 410, 403].includes(response.status) && !isTurnedAway(exchange);
  return isMissing ? { kind: "missing", exchange, inList: false, began } : { kind: "call", exchange, isRaced };
}
