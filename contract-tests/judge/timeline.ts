import type { JsonObject } from "../../spec/merge-patch.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { cursorOf } from "../history/pages.ts";
import { itemsAt, widgetIn } from "../history/views.ts";

/** What one exchange tells of one widget. */
export type Moment =
  /** A call about it, or about another one. */
  | { readonly kind: "call"; readonly exchange: Exchange; readonly isOwn: boolean; readonly isRaced: boolean }
  /** It was shown. */
  | {
      readonly kind: "shown";
      readonly exchange: Exchange;
      readonly widget: JsonObject;
      readonly inList: boolean;
      readonly beside?: Beside;
    }
  /** It was not: asked for by its id, or looked for on every page of the list. */
  | {
      readonly kind: "missing";
      readonly exchange: Exchange;
      readonly inList: boolean;
      readonly began: number;
      readonly beside?: Beside;
    };

/** A write about another widget, after which nothing else was written. */
export interface Beside {
  readonly exchange: Exchange;
  /** Whether this is the first view of the widget since. */
  readonly isAtOnce: boolean;
}

/** A widget of the run, and all that was seen of it, in the order in which the calls ended. */
export interface Timeline {
  readonly widget: string;
  readonly script: string;
  readonly id: string;
  /** Whether it belongs to the quiet lane, in which one thing at a time was done. */
  readonly isQuiet: boolean;
  readonly created: Exchange;
  readonly moments: readonly Moment[];
}

/** The first view of a widget in a list. */
export function firstListed({ moments }: Timeline): Moment | undefined {
  return moments.find((moment) => moment.kind === "shown" && moment.inList);
}

/** The widgets that a run made, with all that was seen of each. */
export function timelinesOf(history: History): Timeline[] {
  // What others wrote, if they could, has had its effect too.
  const own = history.exchanges.filter((one) => one.caller === "own" || (isWrite(one) && isDone(one)));
  const walks = walksOf(history);
  const { readLagMs } = history.settings;
  const quietWrites = writesOf(own);
  return own.flatMap((created) => {
    const id = created.operation === "createWidget" && widgetIn(created.response?.body)?.["id"];
    if (typeof id !== "string" || created.widget === undefined) return [];
    const moments = own
      .filter(({ ended }) => ended > created.ended)
      .flatMap((exchange) => momentsIn(history, exchange, created.widget ?? "", id));
    // A walk that began before the create had returned, or while reads may lag behind it, tells nothing of its absence.
    const absences = walks
      .filter(({ began, t0, ids }) => began > created.ended && t0 >= created.t1 + readLagMs && !ids.has(id))
      .map(({ last, began }): Moment => ({ kind: "missing", exchange: last, inList: true, began }));
    const all = [...moments, ...absences]
      .sort((a, b) => a.exchange.ended - b.exchange.ended)
      .map((moment, index, before) => besideOthers(moment, before[index - 1], created.widget ?? "", quietWrites));
    const { widget, origin } = created;
    return [{ widget, script: origin?.script ?? "", id, isQuiet: origin?.lane === "quiet", created, moments: all }];
  });
}

function momentsIn(history: History, exchange: Exchange, name: string, id: string): Moment[] {
  const { operation, widget, response, began } = exchange;
  if (operation === "listWidgets") {
    const items = history.items && itemsAt(response?.body, history.items);
    const shown = items?.filter((item) => item["id"] === id) ?? [];
    // A list that began before the widget was there is no view of it.
    return shown.map((item): Moment => ({ kind: "shown", exchange, widget: item, inList: true }));
  }
  if (operation !== "getWidget") {
    const isOwn = widget === name;
    return [{ kind: "call", exchange, isOwn, isRaced: isOwn && isRaced(history, exchange) }];
  }
  if (widget !== name) return [];
  const view = widgetIn(response?.body);
  if (response && response.status < 300 && view) return [{ kind: "shown", exchange, widget: view, inList: false }];
  if (response && [404, 410, 403].includes(response.status))
    return [{ kind: "missing", exchange, inList: false, began }];
  return [];
}

function isWrite({ operation }: Exchange): boolean {
  return operation === "pauseWidget" || operation === "updateWidget";
}

function isDone(exchange: Exchange): boolean {
  return outcomeOf(exchange) === "done";
}

/** What was written, in order. */
function writesOf(exchanges: readonly Exchange[]): Exchange[] {
  return exchanges.filter(({ request }) => request.method !== "GET").sort((a, b) => a.began - b.began);
}

/**
 * A view with the write of the quiet lane that came just before it, where that was about another widget: nothing else
 * happened meanwhile that could have changed this one.
 */
function besideOthers(
  moment: Moment,
  previous: Moment | undefined,
  widget: string,
  writes: readonly Exchange[],
): Moment {
  if (moment.kind === "call") return moment;
  const last = writes.findLast(({ began }) => began < moment.exchange.ended);
  const isBeside = last !== undefined && last.widget !== widget && last.origin?.lane === "quiet";
  return isBeside ? { ...moment, beside: { exchange: last, isAtOnce: previous?.kind === "call" } } : moment;
}

/** Whether another write on the same widget was under way at the same time. */
function isRaced({ exchanges }: History, { n, widget, began, ended }: Exchange): boolean {
  return exchanges.some(
    (other) =>
      other.n !== n &&
      other.widget === widget &&
      other.request.method !== "GET" &&
      other.began < ended &&
      other.ended > began,
  );
}

interface SeenWalk {
  readonly began: number;
  readonly t0: number;
  readonly last: Exchange;
  readonly ids: ReadonlySet<string>;
}

/** The walks that saw every page; a page that leads to no other is one by itself. */
function walksOf({ walks, exchanges, items, next }: History): SeenWalk[] {
  if (!items) return [];
  const byNumber = new Map(exchanges.map((exchange) => [exchange.n, exchange]));
  const inWalks = new Set(walks.flatMap(({ calls }) => calls));
  const alone = exchanges.filter(
    ({ n, operation, caller, response, request }) =>
      operation === "listWidgets" &&
      caller === "own" &&
      response?.status === 200 &&
      !inWalks.has(n) &&
      !request.path.includes("cursor="),
  );
  const single = alone.filter(({ response }) => next && response && cursorOf(response, next) === undefined);
  const whole = walks.filter((walk) => walk.whole).map(({ calls }) => calls.map((n) => byNumber.get(n)));
  return [...whole, ...single.map((page) => [page])].flatMap((seen) => {
    const pages = seen.filter((page) => page !== undefined);
    const [first, last] = [pages[0], pages.at(-1)];
    if (!first || !last) return [];
    const ids = pages.flatMap(({ response }) => (itemsAt(response?.body, items) ?? []).map(({ id }) => String(id)));
    return [{ began: first.began, t0: first.t0, last, ids: new Set(ids) }];
  });
}
