import type { Schema, WidgetsDocument } from "../../spec/document.ts";
import { isJsonObject, type JsonObject } from "../../spec/merge-patch.ts";
import { operationsOf } from "../../spec/operations.ts";
import { membersOf, schemaNamed } from "../../spec/schema.ts";
import { type Exchange, outcomeOf, ownCallsOf } from "../history/exchange.ts";
import type { History, NextPage } from "../history/history.ts";
import { cursorOf, queryOf } from "../history/pages.ts";
import { getBefore, type Timeline, viewsIn } from "../history/timeline.ts";
import { itemsAt } from "../history/views.ts";
import { type PagedWalk, pagedWalks, sizeOf } from "../history/walks.ts";
import { type DialectContext, type DialectObservation, joinWords, nameList, type Shown } from "./observation.ts";

/** Fewer pairs of widgets may stand in any order by chance. */
const minPairs = 3;

/** Observes lists: their form, the size of pages, their order, and what becomes of cursors. */
export function observeLists(context: DialectContext): DialectObservation[] {
  return [
    ...observeForm(context),
    ...observePageSizes(context),
    ...observeOrder(context),
    ...context.timelines.flatMap(observeEntry),
    ...ownPages(context.history).flatMap((page) => {
      if (page.probe === "A-LIST-5") return observeInvalidCursor(context, page);
      return page.probe === "A-LIST-4" ? observeCursorOfDeleted(context, page) : [];
    }),
  ];
}

/** A-LIST-1: where a page has its items and its cursor, and what the last page has instead of one. */
function observeForm({ document, history }: DialectContext): DialectObservation[] {
  const { items, next } = history;
  const pages = ownPages(history).filter((page) => outcomeOf(page) === "done");
  const [first] = pages;
  if (!items || !first) return [];
  const members = [...membersOf(document, schemaNamed(document, "WidgetPage"))];
  const [data = ""] = members.find(([, { type }]) => type === "array") ?? [];
  const [cursor = ""] = members.find(([, { type }]) => Array.isArray(type) && type.includes("null")) ?? [];
  const others = members.map(([name]) => name).filter((name) => name !== data && name !== cursor);
  const { body } = first.response ?? {};
  const missing = items.length > 0 && isJsonObject(body) ? others.filter((name) => !(name in body)) : [];
  const words = [
    ...(items.join(".") === data ? [] : [items.length === 0 ? "a bare array" : `the items are in ${items.join(".")}`]),
    ...(next ? cursorDeviation(next, cursor) : []),
    ...(next && cursorDeviation(next, cursor).length === 0 ? lastPageDeviation(history, pages, cursor) : []),
    ...missing.map((name) => `there is no ${name}`),
  ];
  return [{ rule: "A-LIST-1", calls: [first], deviation: joinWords(words, ", ") }];
}

function cursorDeviation(next: NextPage, cursor: string): string[] {
  if (next.in === "link") return ["the next page is in Link"];
  const place = next.place.join(".");
  return place === cursor ? [] : [`the cursor is in ${place}`];
}

function lastPageDeviation(history: History, pages: readonly Exchange[], cursor: string): string[] {
  const body = pages.find((page) => page.response && !hasNextPage(history, page))?.response?.body;
  if (!isJsonObject(body) || body[cursor] === null) return [];
  return [
    `the last page has ${body[cursor] === undefined ? "no cursor" : `the cursor ${JSON.stringify(body[cursor])}`}`,
  ];
}

/** A-LIST-2 and A-LIST-6: how large pages are, and whether they are full. */
function observePageSizes({ document, history }: DialectContext): DialectObservation[] {
  const fullness = observeFullness(history);
  // Pages that are never full do not show their limit.
  const isNeverFull = fullness.some(({ choice }) => choice === "short");
  const probes = ownPages(history).filter(({ probe }) => probe === "A-LIST-2");
  const rejectedWith = document["x-problems"]["validation_error"]?.status;
  return [
    ...fullness,
    ...probes.flatMap((page): DialectObservation[] => {
      const outcome = outcomeOf(page);
      if (outcome === "unknown") return [];
      const shown =
        outcome === "refused"
          ? shownByRejection(page, rejectedWith)
          : shownByPage(history, page, { ...limitSchema(document), isNeverFull });
      return shown ? [{ rule: "A-LIST-2", calls: [page], ...shown }] : [];
    }),
  ];
}

function shownByRejection(page: Exchange, assumedStatus: number | undefined): Shown {
  const limit = queryOf(page).get("limit");
  const status = page.response?.status;
  if (limit === null) return { deviation: `a list without a limit returns ${status}` };
  const deviation = status === assumedStatus ? undefined : `limit=${limit} returns ${status}`;
  return Number(limit) < 1 ? { deviation } : { choice: "refuse", deviation };
}

function shownByPage(
  history: History,
  page: Exchange,
  { default: usual, maximum = 0, isNeverFull }: Schema & { readonly isNeverFull: boolean },
): Shown | undefined {
  const limit = queryOf(page).get("limit");
  const count = widgetCount(history, page);
  if (limit !== null && Number(limit) < 1) return { deviation: `limit=${limit} returns ${page.response?.status}` };
  const isFull = hasNextPage(history, page) && !isNeverFull;
  if (limit !== null) {
    const isOther = count !== undefined && (count > maximum || (isFull && count < maximum));
    return { choice: "clamp", deviation: isOther ? `a page has at most ${count} widgets` : undefined };
  }
  if (count === undefined || (!isFull && count <= Number(usual))) return undefined;
  if (!isFull) return { deviation: "a page has more widgets by default" };
  return { deviation: count === usual ? undefined : `a page has ${count} widgets by default` };
}

function limitSchema(document: WidgetsDocument): Schema {
  const list = operationsOf(document).find(({ id }) => id === "listWidgets");
  return list?.parameters.find(({ name }) => name === "limit")?.schema ?? {};
}

/** A page is short if it has fewer widgets than requested, and than another page had. */
function observeFullness(history: History): DialectObservation[] {
  const largest = Math.max(0, ...ownPages(history).map((page) => widgetCount(history, page) ?? 0));
  return wholeWalks(history).flatMap((walk): DialectObservation[] => {
    const calls = walk.pages.slice(0, -1);
    if (calls.length === 0 || sizeOf(walk) === 0) return [];
    const requested = Math.min(largest, sizeOf(walk));
    const isShort = walk.byPage.slice(0, -1).some((ids) => ids.length < requested);
    return [{ rule: "A-LIST-6", choice: isShort ? "short" : "full", calls }];
  });
}

/** A-LIST-3, by pairs of widgets of which one was created before the other was requested. */
function observeOrder({ history, timelines }: DialectContext): DialectObservation[] {
  const creates = new Map(timelines.toReversed().map(({ id, created }): [string, Exchange] => [id, created]));
  return wholeWalks(history).flatMap(({ pages, ids }): DialectObservation[] => {
    const { older, newer } = countPairs(ids.flatMap((id) => creates.get(id) ?? []));
    if (older + newer < minPairs) return [];
    const observation = { rule: "A-LIST-3", calls: pages.slice(0, 2) } as const;
    if (older === 0) return [{ ...observation, choice: "newest" }];
    if (newer === 0) return [{ ...observation, choice: "oldest" }];
    return [{ ...observation, deviation: "lists are sorted neither newest nor oldest first" }];
  });
}

/** Counts the pairs in which the older widget comes first, and those in which the newer one does. */
function countPairs(creates: readonly Exchange[]): { readonly older: number; readonly newer: number } {
  let [older, newer] = [0, 0];
  for (const [index, first] of creates.entries()) {
    for (const second of creates.slice(index + 1)) {
      if (first.ended < second.began) older++;
      if (second.ended < first.began) newer++;
    }
  }
  return { older, newer };
}

/** A-LIST-7, by the first entry of a widget that was read before: only what both have can be compared. */
function observeEntry(timeline: Timeline): DialectObservation[] {
  const entry = viewsIn(timeline).find(({ inList, exchange }) => inList && getBefore(timeline, exchange));
  const get = entry && getBefore(timeline, entry.exchange);
  if (!entry || !get) return [];
  const missing = missingMembers(get.widget, entry.widget);
  const deviation = missing.length === 0 ? undefined : `entries of a list have no ${nameList(missing)}`;
  return [{ rule: "A-LIST-7", calls: [get.exchange, entry.exchange], deviation }];
}

/** The members of an object that another one has not, and those of its objects as `theme.primary`. */
function missingMembers(whole: JsonObject, part: JsonObject): string[] {
  return Object.entries(whole).flatMap(([name, value]) => {
    const other = part[name];
    if (other === undefined) return [name];
    return isJsonObject(value) && isJsonObject(other)
      ? missingMembers(value, other).map((inner) => `${name}.${inner}`)
      : [];
  });
}

/** A-LIST-5. */
function observeInvalidCursor({ document, history }: DialectContext, page: Exchange): DialectObservation[] {
  const { status } = page.response ?? {};
  if (outcomeOf(page) === "unknown") return [];
  const isAssumed = status === document["x-problems"]["invalid_cursor"]?.status;
  const result = (widgetCount(history, page) ?? 0) > 0 ? "a page" : status;
  return [
    { rule: "A-LIST-5", calls: [page], deviation: isAssumed ? undefined : `an invalid cursor returns ${result}` },
  ];
}

/** A-LIST-4. */
function observeCursorOfDeleted({ history }: DialectContext, page: Exchange): DialectObservation[] {
  const { exchanges, items, next } = history;
  const cursor = queryOf(page).get("cursor");
  const outcome = outcomeOf(page);
  if (cursor === null || !items || !next || outcome === "unknown") return [];
  const earlier = exchanges.filter(({ n }) => n < page.n);
  const before = earlier.find(
    ({ operation, response }) => operation === "listWidgets" && response && cursorOf(response, next) === cursor,
  );
  const lastId = itemsAt(before?.response?.body, items)?.at(-1)?.["id"];
  const deleted = earlier.find(
    ({ operation, request, response }) =>
      operation === "deleteWidget" && request.path.endsWith(`/${lastId}`) && [200, 204].includes(response?.status ?? 0),
  );
  // Where any cursor returns a page, this one shows nothing.
  const acceptsAny = exchanges.some(({ probe, response }) => probe === "A-LIST-5" && (response?.status ?? 500) < 300);
  if (!before || !deleted || acceptsAny) return [];
  return [{ rule: "A-LIST-4", choice: outcome === "done" ? "keyset" : "anchor", calls: [before, deleted, page] }];
}

/** The run's requests of lists. */
function ownPages({ exchanges }: History): Exchange[] {
  return ownCallsOf(exchanges, "listWidgets");
}

/** The walks that reached the last page. */
function wholeWalks(history: History): PagedWalk[] {
  return pagedWalks(history).filter(({ isWhole }) => isWhole);
}

/** Counts the widgets on a page; undefined where that cannot be told. */
function widgetCount({ items }: History, { response }: Exchange): number | undefined {
  return items && response && response.status < 300 ? itemsAt(response.body, items)?.length : undefined;
}

/** Whether a page has a cursor to a next one. */
function hasNextPage({ next }: History, { response }: Exchange): boolean {
  return next !== undefined && response !== undefined && cursorOf(response, next) !== undefined;
}
