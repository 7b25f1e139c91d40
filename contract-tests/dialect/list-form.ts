import { isJsonObject } from "../../spec/merge-patch.ts";
import { membersOf, schemaNamed } from "../../spec/schema.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History, NextPage } from "../history/history.ts";
import type { DialectContext } from "./dialect-context.ts";
import { hasNextPage, ownPages } from "./list-pages.ts";
import type { DialectObservation } from "./observation.ts";

/** Observes where a page has its items and its cursor, and what the last page has instead of one (A-LIST-1). */
export function observeListForm({ document, history }: DialectContext): DialectObservation[] {
  const { items, next } = history;
  const pages = ownPages(history).filter((page) => outcomeOf(page) === "done");
  const [first] = pages;
  if (!items || !first) return [];
  const members = [...membersOf(document, schemaNamed(document, "WidgetPage"))];
  const [data = ""] = members.find(([, { type }]) => type === "array") ?? [];
  const [cursor = ""] = members.find(([, { type }]) => Array.isArray(type) && type.includes("null")) ?? [];
  const others = members.map(([name]) => name).filter((name) => name !== data && name !== cursor);
  const { body } = first.response ?? {};
  const missing = items.length > 0 && isJsonObject(body) ? others.filter((name) => !(name in body)) : [];
  const words = [
    ...(items.join(".") === data ? [] : [items.length === 0 ? "a bare array" : `the items are in ${items.join(".")}`]),
    ...(next ? cursorDeviation(next, cursor) : []),
    ...(next && cursorDeviation(next, cursor).length === 0 ? lastPageDeviation(history, pages, cursor) : []),
    ...missing.map((name) => `there is no ${name}`),
  ];
  return [{ rule: "A-LIST-1", calls: [first], deviation: words.length > 0 ? words.join(", ") : undefined }];
}

function cursorDeviation(next: NextPage, cursor: string): string[] {
  if (next.in === "link") return ["the next page is in Link"];
  const place = next.place.join(".");
  return place === cursor ? [] : [`the cursor is in ${place}`];
}

function lastPageDeviation(history: History, pages: readonly Exchange[], cursor: string): string[] {
  const body = pages.find((page) => page.response && !hasNextPage(history, page))?.response?.body;
  if (!isJsonObject(body) || body[cursor] === null) return [];
  return [
    `the last page has ${body[cursor] === undefined ? "no cursor" : `the cursor ${JSON.stringify(body[cursor])}`}`,
  ];
}
