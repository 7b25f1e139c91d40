import type { Exchange } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { cursorOf } from "../history/pages.ts";
import { itemsAt } from "../history/views.ts";

/** The run's requests of lists. */
export function ownPages({ exchanges }: History): Exchange[] {
  return exchanges.filter(({ operation, caller }) => operation === "listWidgets" && caller === "own");
}

/** The walks that reached the last page, each as its pages. */
export function completeWalks({ walks, exchanges }: History): Exchange[][] {
  const byNumber = new Map(exchanges.map((exchange) => [exchange.n, exchange]));
  return walks
    .filter(({ whole }) => whole)
    .map(({ calls }) => calls.map((n) => byNumber.get(n)).filter((page) => page !== undefined));
}

/** Counts the widgets on a page; undefined where that cannot be told. */
export function widgetCount({ items }: History, { response }: Exchange): number | undefined {
  return items && response && response.status < 300 ? itemsAt(response.body, items)?.length : undefined;
}

/** Whether a page has a cursor to a next one. */
export function hasNextPage({ next }: History, { response }: Exchange): boolean {
  return next !== undefined && response !== undefined && cursorOf(response, next) !== undefined;
}
