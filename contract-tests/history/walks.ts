import { type Exchange, ownCallsOf } from "./exchange.ts";
import type { History } from "./history.ts";
import { oncePer } from "./once.ts";
import { cursorOf, queryOf } from "./pages.ts";
import { itemsAt } from "./views.ts";

/** After so many empty pages in a row a walk is given up: a list has an end. */
export const mostEmptyInWalks = 50;

/** A way through the pages of the list, with what they showed. */
export interface PagedWalk {
  readonly pages: readonly Exchange[];
  /** Whether the last page was reached. */
  readonly isWhole: boolean;
  readonly began: number;
  readonly ended: number;
  /** The ids of the widgets on all pages, in their order. */
  readonly ids: readonly string[];
  /** The same, page by page. */
  readonly byPage: readonly (readonly string[])[];
}

/** The ways through the list that a run went. */
export const pagedWalks = oncePer(({ walks, exchanges, items }: History): PagedWalk[] => {
  const byNumber = new Map(exchanges.map((exchange) => [exchange.n, exchange]));
  const pagesOf = (calls: readonly number[]) => calls.map((n) => byNumber.get(n)).filter((page) => page !== undefined);
  return items ? walks.map(({ calls, whole }) => walkOf(pagesOf(calls), items, whole)) : [];
});

/** The ways that saw every page; a page that leads to no other is one by itself. */
export function completeWalks(history: History): PagedWalk[] {
  const { walks, exchanges, items, next } = history;
  if (!items) return [];
  const inWalks = new Set(walks.flatMap(({ calls }) => calls));
  const single = ownCallsOf(exchanges, "listWidgets").filter(
    ({ n, response, request }) =>
      response?.status === 200 &&
      !inWalks.has(n) &&
      !request.path.includes("cursor=") &&
      next !== undefined &&
      cursorOf(response, next) === undefined,
  );
  const whole = pagedWalks(history).filter(({ isWhole, pages }) => isWhole && pages.length > 0);
  return [...whole, ...single.map((page) => walkOf([page], items, true))];
}

/**
 * Whether the widgets of others are the same before and after a walk, as far as lists that were read to their end show. Where
 * they are not, pages by offset drift.
 */
export function isUnchangedAround(walk: PagedWalk, walks: readonly PagedWalk[]): boolean {
  const othersIn = ({ ids }: PagedWalk) => [...new Set(ids.filter((id) => id.startsWith("foreign-")))].sort().join();
  if (walks.every((one) => othersIn(one) === "")) return true;
  const { before, after } = wholeAround(walk, walks);
  return before !== undefined && after !== undefined && othersIn(before) === othersIn(after);
}

/** The whole walks before and after one, in pages of other sizes: what is wrong with that size is wrong with its pages alone. */
export function wholeAround(
  walk: PagedWalk,
  walks: readonly PagedWalk[],
): { readonly before: PagedWalk | undefined; readonly after: PagedWalk | undefined } {
  const whole = walks.filter((one) => one.isWhole && sizeOf(one) !== sizeOf(walk));
  return {
    before: whole.findLast((one) => one.ended < walk.began),
    after: whole.find((one) => one.began > walk.ended),
  };
}

/** The limit that the pages of a walk have; 0 where they have none. */
export function sizeOf({ pages: [first] }: PagedWalk): number {
  return first ? Number(queryOf(first).get("limit")) : 0;
}

function walkOf(pages: readonly Exchange[], items: readonly string[], isWhole: boolean): PagedWalk {
  const shown = pages.map(({ response }) => (itemsAt(response?.body, items) ?? []).map(({ id }) => String(id)));
  const [began, ended] = [pages[0]?.began ?? 0, pages.at(-1)?.ended ?? 0];
  return { pages, isWhole, began, ended, ids: shown.flat(), byPage: shown };
}
