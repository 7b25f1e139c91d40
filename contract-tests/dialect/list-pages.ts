import type { Exchange } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { cursorOf } from "../history/pages.ts";
import { itemsAt } from "../history/views.ts";

/** How many widgets are on a page; undefined where that cannot be told. */
export function countOf({ items }: History, { response }: Exchange): number | undefined {
  return items && response && response.status < 300 ? itemsAt(response.body, items)?.length : undefined;
}

/** Whether a page says how to go on. */
export function leadsOn({ next }: History, { response }: Exchange): boolean {
  return next !== undefined && response !== undefined && cursorOf(response, next) !== undefined;
}
