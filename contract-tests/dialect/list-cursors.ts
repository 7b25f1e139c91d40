import type { WidgetsDocument } from "../../spec/document.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { cursorOf, queryOf } from "../history/pages.ts";
import { itemsAt } from "../history/views.ts";
import { countOf } from "./list-pages.ts";
import type { Sight } from "./sight.ts";

/** What becomes of cursors that lead nowhere (A-LIST-4, A-LIST-5). */
export function cursorSights(document: WidgetsDocument, history: History, pages: readonly Exchange[]): Sight[] {
  return pages.flatMap((page) => [...garbled(document, history, page), ...afterDeleted(history, page)]);
}

/** A-LIST-5, by a probe. */
function garbled(document: WidgetsDocument, history: History, page: Exchange): Sight[] {
  if (page.probe !== "A-LIST-5" || outcomeOf(page) === "unknown") return [];
  const status = page.response?.status;
  const isOurs = status === document["x-problems"]["invalid_cursor"]?.status;
  const otherwise =
    (countOf(history, page) ?? 0) > 0 ? "a garbled cursor gives a page" : `a garbled cursor is answered ${status}`;
  return [{ rule: "A-LIST-5", calls: [page.n], ...(isOurs ? {} : { otherwise }) }];
}

/** A-LIST-4, by a probe: a page that begins where a widget stood that is deleted. */
function afterDeleted(history: History, page: Exchange): Sight[] {
  const { exchanges, items, next } = history;
  const cursor = queryOf(page).get("cursor");
  if (page.probe !== "A-LIST-4" || cursor === null || !items || !next) return [];
  const before = exchanges.find(
    ({ operation, n, response }) =>
      operation === "listWidgets" && n < page.n && response && cursorOf(response, next) === cursor,
  );
  const anchor = itemsAt(before?.response?.body, items)?.at(-1)?.["id"];
  const deleted = exchanges.find(
    ({ operation, request, response, n }) =>
      operation === "deleteWidget" &&
      n < page.n &&
      request.path.endsWith(`/${anchor}`) &&
      [200, 204].includes(response?.status ?? 0),
  );
  // Where any cursor gives a page this one says nothing.
  const takesAll = exchanges.some(({ probe, response }) => probe === "A-LIST-5" && (response?.status ?? 500) < 300);
  const outcome = outcomeOf(page);
  if (!before || !deleted || takesAll || outcome === "unknown") return [];
  const choice = outcome === "done" ? "keyset" : "anchor";
  return [{ rule: "A-LIST-4", choice, calls: [before.n, deleted.n, page.n] }];
}
