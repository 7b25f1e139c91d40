import type { WidgetsDocument } from "../../spec/document.ts";
import type { History } from "../history/history.ts";
import { cursorSights } from "./list-cursors.ts";
import { listFormSights } from "./list-form.ts";
import { orderSights } from "./list-order.ts";
import { sizeSights } from "./list-sizes.ts";
import type { Sight } from "./sight.ts";

/** How lists are made: their form, their size, their order, and what becomes of cursors. */
export function listSights(document: WidgetsDocument, history: History): Sight[] {
  const pages = history.exchanges.filter(({ operation, caller }) => operation === "listWidgets" && caller === "own");
  return [
    ...listFormSights(document, history, pages),
    ...sizeSights(document, history, pages),
    ...cursorSights(document, history, pages),
    ...orderSights(history),
  ];
}
