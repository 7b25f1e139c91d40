import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import type { Exchange, SeenResponse } from "./exchange.ts";
import type { NextPage } from "./history.ts";
import { type MemberPath, memberAt } from "./views.ts";

/** Parts of names that lead elsewhere than to the next page. */
const elsewhere = /prev|before|first|self|start|current|total|limit|count|size|last/i;
/** Parts of names by which a cursor is called, the likelier first. */
const likely = [/next.*cursor|cursor.*next/i, /cursor/i, /next/i, /after|token|continu/i];

/** Where a page may say how to go on, the likeliest place first. */
export function nextPages({ body, headers }: SeenResponse, items: MemberPath): NextPage[] {
  const inLink: NextPage[] = cursorInLink(headers["link"]) === undefined ? [] : [{ in: "link", verified: false }];
  const places = leavesOutside(body, items)
    .filter(({ place }) => !place.some((name) => elsewhere.test(name)))
    .map(({ place }) => ({ place, rank: likely.findIndex((pattern) => pattern.test(place.join("."))) }))
    .filter(({ rank }) => rank !== -1)
    .sort((a, b) => a.rank - b.rank);
  return [...inLink, ...places.map(({ place }): NextPage => ({ in: "body", place, verified: false }))];
}

/** The way on that a page shows, where nothing else in it can be one; undefined where it has several, or none. */
export function onlyNextPage({ body, headers }: SeenResponse, items: MemberPath): NextPage | undefined {
  if (cursorInLink(headers["link"]) !== undefined) return { in: "link", verified: false };
  const places = leavesOutside(body, items).filter(({ place }) => !place.some((name) => elsewhere.test(name)));
  const [only] = places;
  return only && places.length === 1 ? { in: "body", place: only.place, verified: false } : undefined;
}

/** Whether there is nothing in an answer but its items: no field, and no Link, that could lead on. */
export function saysNothingMore({ body, headers }: SeenResponse, items: MemberPath): boolean {
  if (headers["link"] !== undefined || !isJsonObject(body)) return false;
  return Object.entries(body).every(
    ([name, value]) => name === items[0] || value === null || typeof value === "boolean",
  );
}

/** The cursor that a page gives; undefined where it is the last one. */
export function cursorOf({ body, headers }: SeenResponse, next: NextPage): string | undefined {
  if (next.in === "link") return cursorInLink(headers["link"]);
  const at = memberAt(body, next.place);
  const value = typeof at === "number" ? String(at) : at;
  if (typeof value !== "string" || value === "") return undefined;
  return cursorInUrl(value) ?? value;
}

/** Whether a page says in a member of its own, such as `has_more`, that it is the last one. */
export function saysItIsLast({ body }: SeenResponse): boolean {
  const isNoMore = ([name, value]: readonly [string, Json | undefined]) => value === false && /more|next/i.test(name);
  const parts = isJsonObject(body) ? [body, ...Object.values(body).filter(isJsonObject)] : [];
  return parts.some((part) => Object.entries(part).some(isNoMore));
}

/** A link may name another host and drop the limit: only its cursor is taken. */
function cursorInLink(link: string | undefined): string | undefined {
  const target = /<([^>]*)>\s*;[^,]*rel="?next"?/i.exec(link ?? "")?.[1];
  return target === undefined ? undefined : cursorInUrl(target);
}

function cursorInUrl(text: string): string | undefined {
  if (!/^(https?:\/\/|\/|\?)/.test(text) || !URL.canParse(text, "http://page.example")) return undefined;
  return new URL(text, "http://page.example").searchParams.get("cursor") ?? undefined;
}

function leavesOutside(
  body: Json | undefined,
  items: MemberPath,
  place: MemberPath = [],
): { readonly place: MemberPath }[] {
  if (place.length > 0 && place.join("/") === items.join("/")) return [];
  if (typeof body === "string" || typeof body === "number") return [{ place }];
  if (!isJsonObject(body) || place.length > 3) return [];
  return Object.entries(body).flatMap(([name, value]) => leavesOutside(value, items, [...place, name]));
}

/** The query parameters of a request. */
export function queryOf({ request }: Exchange): URLSearchParams {
  return new URL(request.path, "http://target.example").searchParams;
}
