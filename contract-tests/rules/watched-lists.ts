import { isJsonObject } from "../../spec/merge-patch.ts";
import { type Exchange, isDone, outcomeOf, ownCallsOf } from "../history/exchange.ts";
import { groupBy } from "../history/group-by.ts";
import type { Walk } from "../history/history.ts";
import { oncePer } from "../history/once.ts";
import { cursorOf, onlyNextPage, queryOf, saysNothingMore } from "../history/pages.ts";
import type { JudgedTimeline } from "../history/timeline.ts";
import { itemsAt, widgetIn } from "../history/views.ts";
import { pagedWalks } from "../history/walks.ts";
import type { Breach, RuleContext, WatchedBreach } from "./rule-entry.ts";

/** So soon after its page a cursor is still good, in milliseconds, however short its life may be. */
const cursorMs = 10_000;
/** What was seen so often, and never otherwise, is no chance. */
const minTimes = 2;

/** Why a list may have changed: those whose widgets are in it may be at work, or somebody whom nothing shows. */
function doubtOfOthers(context: RuleContext): NonNullable<WatchedBreach["doubt"]> {
  const isShared = listsOf(context).some((one) => idsIn(one, context).some((id) => id.startsWith("foreign-")));
  if (isShared) return { reason: "others have widgets in the list, and may have changed it meanwhile" };
  const reason = "somebody who calls the server beside the proxy may have changed the list meanwhile";
  return { reason, option: "--exclusive" };
}

/** Whether the cursor of a list is refused as what is not there, not known or not valid. */
export function isRefusedCursor(exchange: Exchange): boolean {
  return queryOf(exchange).has("cursor") && [400, 404, 410, 422].includes(exchange.response?.status ?? 0);
}

/**
 * The history with no more of the ways through lists than whoever only watches may judge by: while nothing was written,
 * in pages of one size, where nothing but the cursor that was followed can lead on.
 */
export const atRest = oncePer((context: RuleContext): RuleContext => {
  const { history } = context;
  const firsts = history.walks.flatMap(({ calls: [first] }) => first ?? []);
  const walks = history.walks.map(({ calls, whole }): Walk => {
    // What was asked for after the next first page belongs to that.
    const next = Math.min(...firsts.filter((n) => n > (calls[0] ?? 0)));
    const own = calls.filter((n) => n < next);
    return { calls: own, whole: whole && own.length === calls.length };
  });
  const byNumber = new Map(history.exchanges.map((one) => [one.n, one]));
  const isPlain = ({ calls }: Walk) => {
    const pages = calls.flatMap((n) => byNumber.get(n) ?? []);
    const isOfOne = new Set(pages.map(parametersOf)).size === 1;
    return isOfOne && pages.every((page, place) => place === 0 || followedFrom(page, pages[place - 1], context));
  };
  const resting = walks.filter((walk) => isWithoutWrites(walk.calls, context) && isPlain(walk));
  return { ...context, history: { ...history, walks: resting } };
});

/** What is proved where nobody else changes the list; told less where a crawl may have, whose end may move a widget. */
export function unlessChanged(breaches: readonly Breach[], context: RuleContext): WatchedBreach[] {
  if (breaches.length === 0) return [];
  const others = doubtOfOthers(context);
  return breaches.map((breach): WatchedBreach => {
    const first = context.history.exchanges.find(({ n }) => n === breach.calls[0]);
    const isMoving = first !== undefined && context.timelines.some((one) => mayBeCrawled(one, first, context));
    return { ...breach, doubt: isMoving ? { reason: "a crawl may have ended meanwhile" } : others };
  });
}

/** Cursors that are refused at once, though the page before gave them, and that never led on. */
export function refusedCursors(context: RuleContext): WatchedBreach[] {
  const asked = listsOf(context).filter((one) => queryOf(one).has("cursor"));
  return [...groupBy(asked, parametersOf).values()].flatMap((calls): WatchedBreach[] => {
    if (calls.some((one) => outcomeOf(one) === "done")) return [];
    const refused = calls.filter(isRefusedCursor).flatMap((call) => {
      const page = listsOf(context).findLast(
        (one) => one.ended < call.began && parametersOf(one) === parametersOf(call),
      );
      const isItsOwn = page && followedFrom(call, page, context) && isWithoutWrites([page.n, call.n], context);
      return isItsOwn && call.t0 - page.t1 <= cursorMs ? [{ page, call }] : [];
    });
    const [first] = refused;
    if (!first || refused.length < minTimes) return [];
    const { page, call } = first;
    const message = `The cursor of a page returned ${call.response?.status}, ${refused.length} of ${refused.length} times.`;
    return [{ message, calls: [page.n, call.n], expected: "the next page", doubt: doubtOfOthers(context) }];
  });
}

/** Pages of one size whose cursors only lead to the same page again. */
export function standingPages(context: RuleContext): Breach[] {
  const walks = pagedWalks(context.history).filter(({ pages }) => pages.length > 1);
  const bySize = groupBy(walks, ({ pages: [first] }) => first && parametersOf(first));
  return [...bySize.values()].flatMap((alike): Breach[] => {
    const steps = alike.flatMap(({ pages, byPage }) =>
      byPage.slice(1).map((ids, place) => ({ pages: pages.slice(place, place + 2), before: byPage[place] ?? [], ids })),
    );
    const [first] = steps;
    const isStanding = steps.every(({ before, ids }) => ids.length > 0 && ids.join() === before.join());
    if (!first || steps.length < minTimes || !isStanding) return [];
    const message = `The cursor of a page leads to the same page again, ${steps.length} of ${steps.length} times.`;
    return [{ message, calls: first.pages.map(({ n }) => n), expected: "the next page" }];
  });
}

/** Full pages with nothing that could lead on, though the list has more. */
export function pagesWithoutCursor(context: RuleContext): WatchedBreach[] {
  const { items } = context.history;
  if (!items) return [];
  const lists = listsOf(context).filter((one) => outcomeOf(one) === "done");
  const short = lists.filter((page) => {
    const ids = idsIn(page, context);
    const isFull = ids.length > 0 && ids.length === Number(queryOf(page).get("limit")) && !queryOf(page).has("cursor");
    if (!isFull || !page.response || !saysNothingMore(page.response, items)) return false;
    const beside = lists.filter((other) => isWithoutWrites([page.n, other.n], context));
    return beside.some((other) => idsIn(other, context).some((id) => !ids.includes(id)));
  });
  const [first] = short;
  if (!first || short.length < minTimes) return [];
  const message = `A page with ${idsIn(first, context).length} of more widgets has no cursor to the next, ${short.length} times.`;
  return [{ message, calls: [first.n], expected: "a cursor to the next page", doubt: doubtOfOthers(context) }];
}

function listsOf({ history }: RuleContext): Exchange[] {
  return ownCallsOf(history.exchanges, "listWidgets");
}

function idsIn({ response }: Exchange, { history: { items = [] } }: RuleContext): string[] {
  return (itemsAt(response?.body, items) ?? []).map(({ id }) => String(id));
}

/** What a list was asked for, but for where it goes on. */
function parametersOf(page: Exchange): string {
  const query = queryOf(page);
  query.delete("cursor");
  query.sort();
  return query.toString();
}

/** Whether a call has the cursor that a page gave, and the page gave nothing else that could be one. */
function followedFrom(call: Exchange, page: Exchange | undefined, { history: { items } }: RuleContext): boolean {
  const next = items && page?.response && onlyNextPage(page.response, items);
  const cursor = next && page?.response && cursorOf(page.response, next);
  return cursor !== undefined && cursor === queryOf(call).get("cursor");
}

/** Whether nothing was written between lists. */
function isWithoutWrites([first, ...more]: readonly number[], context: RuleContext): boolean {
  const rests = restsOf(context);
  const rest = first === undefined ? undefined : rests.get(first);
  return rest !== undefined && more.every((n) => rests.get(n) === rest);
}

/** The times without a write, by the lists that were read in them. */
const restsOf = oncePer(
  ({ history: { rests = [] } }: RuleContext): ReadonlyMap<number, number> =>
    new Map(rests.flatMap((numbers, rest) => numbers.map((n) => [n, rest] as const))),
);

/** Whether a crawl of a widget may still have run when a call was made, by what was shown of the widget. */
function mayBeCrawled({ created, moments }: JudgedTimeline, { began, t0 }: Exchange, context: RuleContext): boolean {
  const { model, history } = context;
  if (created.began > began) return false;
  const before = moments.filter(({ exchange }) => exchange.began < began);
  if (before.some(({ exchange }) => isDone(exchange, "deleteWidget"))) return false;
  const started = before.findLast(
    ({ kind, exchange }) =>
      kind === "call" && model.life.startsCrawl(exchange.operation) && outcomeOf(exchange) !== "refused",
  );
  const views = before.flatMap((one) => (one.kind === "shown" ? [one] : []));
  const last = views.at(-1)?.widget ?? widgetIn(created.response?.body);
  if (t0 - (started?.exchange ?? created).t1 > history.settings.crawlTimeoutMs) return false;
  if (!started) return last?.["status"] === model.life.initial;
  return !views.some(({ exchange, widget: { last_crawl: crawl } }) => {
    const isOver = isJsonObject(crawl) && crawl["trigger"] === "recrawl" && crawl["status"] !== "running";
    return exchange.began > started.exchange.ended && isOver;
  });
}
