import type { WidgetsDocument } from "../../spec/document.ts";
import { isJsonObject } from "../../spec/merge-patch.ts";
import { membersOf, schemaNamed } from "../../spec/schema.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { cursorOf } from "../history/pages.ts";
import type { Sight } from "./sight.ts";

/** A-LIST-1: where a page has its items and its cursor, and what the last page says instead of one. */
export function listFormSights(document: WidgetsDocument, history: History, pages: readonly Exchange[]): Sight[] {
  const { items, next } = history;
  const done = pages.filter((page) => outcomeOf(page) === "done");
  const [first] = done;
  if (!items || !first) return [];
  const members = [...membersOf(document, schemaNamed(document, "WidgetPage"))];
  const [data = ""] = members.find(([, { type }]) => type === "array") ?? [];
  const [cursor = ""] = members.find(([, { type }]) => Array.isArray(type) && type.includes("null")) ?? [];
  const words = [
    ...(items.join(".") === data ? [] : [items.length === 0 ? "a bare array" : `the items are in ${items.join(".")}`]),
    ...(next === undefined || (next.in === "body" && next.place.join(".") === cursor)
      ? []
      : [next.in === "link" ? "the next page is in Link" : `the cursor is in ${next.place.join(".")}`]),
    ...lastPage(history, done, cursor),
  ];
  const lacks = members.map(([name]) => name).filter((name) => name !== data && name !== cursor);
  const body = first.response?.body;
  const missing = items.length > 0 && isJsonObject(body) ? lacks.filter((name) => !(name in body)) : [];
  const all = [...words, ...missing.map((name) => `there is no ${name}`)];
  return [{ rule: "A-LIST-1", calls: [first.n], ...(all.length > 0 ? { otherwise: all.join(", ") } : {}) }];
}

/** What the last page says, where a cursor stands in a body. */
function lastPage({ next }: History, done: readonly Exchange[], cursor: string): string[] {
  if (next?.in !== "body" || next.place.join(".") !== cursor) return [];
  const last = done.find(({ response }) => response && cursorOf(response, next) === undefined);
  const body = last?.response?.body;
  if (!isJsonObject(body) || body[cursor] === null) return [];
  return [
    body[cursor] === undefined
      ? "the last page has no cursor"
      : `the last page has the cursor ${JSON.stringify(body[cursor])}`,
  ];
}
