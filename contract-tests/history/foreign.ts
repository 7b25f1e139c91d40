import { createHash } from "node:crypto";
import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import type { Exchange } from "./exchange.ts";
import { type MemberPath, widgetIn } from "./views.ts";

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
  return { ...exchange, response: { ...rest, body: replaced(body, items, (item) => kept(item, own)) } };
}

function kept(item: Json, own: ReadonlySet<string>): Json {
  const id = widgetIn(item)?.["id"];
  return typeof id === "string" && own.has(id) ? item : { id: `foreign-${wordFor(String(id))}` };
}

function replaced(body: Json, [name, ...rest]: MemberPath, change: (item: Json) => Json): Json {
  if (name === undefined) return Array.isArray(body) ? body.map(change) : body;
  if (!isJsonObject(body) || !(name in body)) return body;
  return { ...body, [name]: replaced(body[name] ?? null, rest, change) };
}

/** The same word for the same id, from which the id cannot be told. */
function wordFor(id: string): string {
  return createHash("sha256").update(id).digest("hex").slice(0, 16);
}
