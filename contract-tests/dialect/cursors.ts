import type { WidgetsDocument } from "../../spec/document.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { cursorOf, queryOf } from "../history/pages.ts";
import { itemsAt } from "../history/views.ts";
import type { DialectContext } from "./dialect-context.ts";
import { ownPages, widgetCount } from "./list-pages.ts";
import type { DialectObservation } from "./observation.ts";

/** Observes what becomes of invalid cursors (A-LIST-5), and of one whose widget was deleted (A-LIST-4). */
export function observeCursors({ document, history }: DialectContext): DialectObservation[] {
  return ownPages(history).flatMap((page) => {
    if (page.probe === "A-LIST-5") return observeInvalidCursor(document, history, page);
    return page.probe === "A-LIST-4" ? observeCursorOfDeleted(history, page) : [];
  });
}

function observeInvalidCursor(document: WidgetsDocument, history: History, page: Exchange): DialectObservation[] {
  const { status } = page.response ?? {};
  if (outcomeOf(page) === "unknown") return [];
  const isAssumed = status === document["x-problems"]["invalid_cursor"]?.status;
  const result = (widgetCount(history, page) ?? 0) > 0 ? "a page" : status;
  return [
    { rule: "A-LIST-5", calls: [page], deviation: isAssumed ? undefined : `an invalid cursor returns ${result}` },
  ];
}

function observeCursorOfDeleted({ exchanges, items, next }: History, page: Exchange): DialectObservation[] {
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
