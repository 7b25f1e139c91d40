import { createHash } from "node:crypto";
import type { Json } from "../../spec/merge-patch.ts";
import type { Exchange } from "./exchange.ts";
import { type MemberPath, widgetIn, withItemsAt } from "./views.ts";

/**
 * What is kept of a list: of widgets that the run has not made no more than a word for their ids, and nothing at all where
 * it could not be told where they are.
 */
export function withoutForeigners(
  exchange: Exchange,
  items: MemberPath | undefined,
  own: ReadonlySet<string>,
): Exchange {
  const { operation, response } = exchange;
  if (operation !== "listWidgets" || response?.body === undefined) return exchange;
  const { body, ...rest } = response;
  if (!items) return { ...exchange, response: rest };
  const kept = withItemsAt(body, items, (all) => all.map((item) => keptOf(item, own)));
  return { ...exchange, response: { ...rest, body: kept } };
}

function keptOf(item: Json, own: ReadonlySet<string>): Json {
  const id = widgetIn(item)?.["id"];
  return typeof id === "string" && own.has(id) ? item : { id: `foreign-${wordFor(String(id))}` };
}

/** The same word for the same id, from which the id cannot be told. */
function wordFor(id: string): string {
  return createHash("sha256").update(id).digest("hex").slice(0, 16);
}
