import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { type MemberPath, widgetIn, withItemsAt } from "../history/views.ts";

/*
 * What can be left out of a history so that what is left could have been recorded of the same implementation by a client
 * that does less and looks less often. A write that was accepted goes only where nothing later shows its effect: without
 * it every judge would be right to see a widget that changes by itself.
 */

/** The widgets that exchanges are about, by the run's own names. */
export function widgetsOf({ exchanges }: History): string[] {
  return [...new Set(exchanges.flatMap(({ widget }) => (widget === undefined ? [] : [widget])))];
}

/** A history with some widgets alone, as if nobody had made the others. */
export function withWidgets(history: History, kept: ReadonlySet<string>): History {
  const isKept = ({ widget }: { readonly widget?: string }) =>
    widget === undefined || widget === "" || kept.has(widget);
  const others = history.exchanges.filter((exchange) => !isKept(exchange) && exchange.operation === "createWidget");
  const ids = new Set(others.flatMap(({ response }) => widgetIn(response?.body)?.["id"] ?? []));
  const own = withCalls(history, history.exchanges.filter(isKept));
  return {
    ...own,
    exchanges: own.exchanges.map((one) =>
      withoutItems(one, own.items, (item) => ids.has(widgetIn(item)?.["id"] ?? null)),
    ),
    waits: own.waits.filter(isKept),
    observations: own.observations.filter(isKept),
    events: own.events.filter(isKept),
    left: [],
  };
}

/** A history without the widgets of other people in its lists. */
export function withoutForeignItems(history: History): History {
  const isForeign = (item: Json) => isJsonObject(item) && String(item["id"]).startsWith("foreign-");
  return { ...history, exchanges: history.exchanges.map((one) => withoutItems(one, history.items, isForeign)) };
}

/** A history with some of its calls; a walk that lacks a page is none. */
export function withCalls(history: History, exchanges: readonly Exchange[]): History {
  const kept = new Set(exchanges.map(({ n }) => n));
  return { ...history, exchanges, walks: history.walks.filter(({ calls }) => calls.every((n) => kept.has(n))) };
}

/** A history that ends when a call ended, but for what is under way then. */
export function until(history: History, { ended, t1 }: Exchange): History {
  const isBefore = ({ came }: { readonly came: number }) => came < ended;
  return {
    ...withCalls(
      history,
      history.exchanges.filter((one) => one.began <= ended),
    ),
    settings: { ...history.settings, endedMs: t1 },
    waits: history.waits.filter(({ to }) => to <= t1),
    observations: history.observations.filter(isBefore),
    events: history.events.filter(isBefore),
  };
}

/** A history of a run to which no events came. */
export function withoutEvents(history: History): History {
  return { ...history, events: [], settings: { ...history.settings, isSubscribed: false, otherEvents: 0 } };
}

/**
 * Whether what follows is the same without a call: it changed nothing (a read, or it was refused), it sent nothing, or its
 * widget is looked at no more.
 */
export function isUnneeded(exchange: Exchange, history: History): boolean {
  const { request, operation, widget, ended } = exchange;
  if (request.method === "GET" || operation === "startConversation" || outcomeOf(exchange) === "refused") return true;
  if (operation === "updateWidget" && Object.keys(request.body ?? {}).length === 0) return true;
  const isLater = (one: Exchange) =>
    one.n !== exchange.n && one.ended > ended && (one.widget === widget || one.operation === "listWidgets");
  const isTold = ({ came, ...one }: { readonly came: number; readonly widget: string }) =>
    one.widget === widget && came > exchange.began;
  const { exchanges, observations, events } = history;
  return ![...observations, ...events].some(isTold) && !exchanges.some(isLater);
}

/** The names of the members that bodies have, at any depth. */
export function membersIn({ exchanges }: History): string[] {
  return [...new Set(exchanges.flatMap(({ request, response }) => [request.body, response?.body].flatMap(namesIn)))];
}

/** What becomes of a member in a body. */
type Change = "left-out" | "null";

/** A history of an implementation that lacks a member, of which its client says nothing. */
export function withoutMember(history: History, name: string): History {
  return withBodies(history, (body) => changed(body, name, "left-out"));
}

/** A history of an implementation that has nothing to say of a member: null where it is read, and nothing elsewhere. */
export function withNull(history: History, name: string): History {
  return withBodies(history, (body, operation) => changed(body, name, operation === "getWidget" ? "null" : "left-out"));
}

/** A history of an implementation whose answers to an operation lack a member. */
export function withoutMemberOf(history: History, name: string, operation: string): History {
  return withBodies(history, (body, answered) => (answered === operation ? changed(body, name, "left-out") : body));
}

/** A history in which nobody kept what events say. */
export function withoutEventBodies(history: History): History {
  return { ...history, events: history.events.map((event) => ({ ...event, body: null })) };
}

function withBodies(history: History, change: (body: Json, operation?: string) => Json): History {
  const exchanges = history.exchanges.map((exchange): Exchange => {
    const { request, response, operation } = exchange;
    return {
      ...exchange,
      request: request.body === undefined ? request : { ...request, body: change(request.body) as JsonObject },
      ...(response?.body === undefined ? {} : { response: { ...response, body: change(response.body, operation) } }),
    };
  });
  return { ...history, exchanges, events: history.events.map((event) => ({ ...event, body: change(event.body) })) };
}

/** A call without what only few rules look at: its answer's body or header fields, or its own header fields. */
export const plainer: readonly ((exchange: Exchange) => Exchange)[] = [
  ({ response, ...rest }) => {
    if (!response) return rest;
    const { body, ...reply } = response;
    return { ...rest, response: reply };
  },
  ({ response, ...rest }) => ({ ...rest, ...(response ? { response: { ...response, headers: {} } } : {}) }),
  ({ request: { headers, ...request }, ...rest }) => ({ ...rest, request }),
];

/** A history whose calls and places are counted from 1. */
export function renumbered(history: History): History {
  const { exchanges, walks, observations, events } = history;
  const places = [
    ...exchanges.flatMap(({ began, ended }) => [began, ended]),
    ...[...observations, ...events].map(({ came }) => came),
  ];
  const order = [...new Set(places)].sort((a, b) => a - b);
  const place = new Map(order.map((old, index) => [old, index + 1]));
  const number = new Map(exchanges.map(({ n }, index) => [n, index + 1]));
  const placed = <T extends { readonly came: number }>(one: T): T => ({ ...one, came: place.get(one.came) ?? 0 });
  return {
    ...history,
    exchanges: exchanges.map((one) => ({
      ...one,
      n: number.get(one.n) ?? 0,
      began: place.get(one.began) ?? 0,
      ended: place.get(one.ended) ?? 0,
    })),
    walks: walks.map((walk) => ({ ...walk, calls: walk.calls.map((n) => number.get(n) ?? 0) })),
    observations: observations.map(placed),
    events: events.map(placed),
  };
}

function namesIn(body: Json | undefined): string[] {
  if (Array.isArray(body)) return body.flatMap(namesIn);
  return isJsonObject(body) ? Object.entries(body).flatMap(([name, value]) => [name, ...namesIn(value)]) : [];
}

function changed(body: Json, name: string, change: Change): Json {
  if (Array.isArray(body)) return body.map((item) => changed(item, name, change));
  if (!isJsonObject(body)) return body;
  return Object.fromEntries(
    Object.entries(body).flatMap(([key, value]) => {
      if (key !== name) return [[key, changed(value, name, change)]];
      return change === "null" ? [[key, null]] : [];
    }),
  );
}

function withoutItems(exchange: Exchange, items: MemberPath | undefined, isOut: (item: Json) => boolean): Exchange {
  const { operation, response } = exchange;
  if (operation !== "listWidgets" || !items || response?.body === undefined) return exchange;
  const body = withItemsAt(response.body, items, (all) => all.filter((item) => !isOut(item)));
  return { ...exchange, response: { ...response, body } };
}
