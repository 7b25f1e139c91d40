import { isJsonObject, type Json } from "../../../spec/merge-patch.ts";
import type { Exchange } from "../../history/exchange.ts";
import type { History, NextPage } from "../../history/history.ts";
import { cursorOf } from "../../history/pages.ts";
import { type MemberPath, placeOfWidget } from "../../history/views.ts";
import { type CurlTarget, curl } from "./curl-command.ts";
import { jqOf } from "./jq-filter.ts";
import { bodyWord, quoted, type ShellPart } from "./shell-words.ts";

/** Makes the lines of a story's lists. */
export interface Pager {
  /** The line of a list; undefined where an earlier line goes through its page too. */
  line(target: CurlTarget, exchange: Exchange): string | undefined;
}

/** A list of several pages is told with no more widgets than these. */
const mostInCrowd = 22;
/** A cursor that leads round and round must not hold whoever pastes it. */
const mostPages = 20;

/** How many widgets a story needs so that its lists have several pages; 0 where it has no such list. */
export function crowdSize(calls: readonly Exchange[]): number {
  const limits = calls
    .filter(({ operation, caller }) => operation === "listWidgets" && caller === "own")
    .map(({ request }) => Number(parametersOf(request.path).get("limit")))
    .map((limit) => limit * 3 + 1);
  return Math.max(0, ...limits.filter((size) => size <= mostInCrowd));
}

/** Lines that make so many widgets, and delete them again. */
export function crowdLines(target: CurlTarget, calls: readonly Exchange[], size: number) {
  const create = calls.find(({ operation, response }) => operation === "createWidget" && response);
  if (!create || size === 0) return { before: [], after: [] };
  const { body = {}, path } = create.request;
  const numbered = { ...body, name: `${body["name"]} #` };
  const made = curl(target, { ...create, request: { method: "POST", path, body: numbered } }, "-s", [path]).replace(
    bodyWord(numbered),
    (word) => word.replace(" #", " '$n'"),
  );
  const id = jqOf([...(placeOfWidget(create.response?.body) ?? []), "id"]);
  const remove = curl(target, { ...create, request: { method: "DELETE", path } }, "-s", [
    `${path}/`,
    { shell: "$ONE" },
  ]);
  return {
    before: [`CROWD=$(for n in $(seq ${size}); do ${made} | jq -r ${id}; done); echo "$CROWD"`],
    after: [`echo "$CROWD" | while read -r ONE; do ${remove}; done`],
  };
}

/**
 * Lines for lists. Two pages of one widget are told one by one, the first of them kept in PAGE for its cursor; a walk is a
 * loop that prints the ids on each page.
 */
export function pagerOf(history: History, calls: readonly Exchange[]): Pager {
  const { next } = history;
  const pages = calls.filter(({ operation }) => operation === "listWidgets");
  const leads = (from: Exchange | undefined, to: Exchange | undefined): from is Exchange => {
    const cursor = from?.response && next && cursorOf(from.response, next);
    return to !== undefined && cursor !== undefined && parametersOf(to.request.path).get("cursor") === cursor;
  };
  return {
    line(target, exchange) {
      const at = pages.indexOf(exchange);
      const [beforeLast, last, following, afterNext] = [-2, -1, 1, 2].map((step) => pages[at + step]);
      const isSecond = leads(last, exchange);
      // Two pages of one widget each are the test of a cursor; anything else is a walk.
      const isBulk = Number(parametersOf(exchange.request.path).get("limit")) > 1;
      if (isSecond && (isBulk || leads(beforeLast, last) || leads(exchange, following))) return undefined;
      if (next && leads(exchange, following) && (isBulk || leads(following, afterNext))) {
        return loop(target, exchange, history, next);
      }
      if (next && isSecond) {
        const cursor = `$(printf '%s\\n' "$PAGE" | ${cursorFilter(last, next)})`;
        return curl(target, exchange, "-si", [...firstPage(exchange), "&cursor=", { shell: cursor }]);
      }
      if (!next || !leads(exchange, following)) return curl(target, exchange, "-si", [exchange.request.path]);
      return `PAGE=$(${keptPage(target, exchange, next, [exchange.request.path])}); printf '%s\\n' "$PAGE"`;
    },
  };
}

function loop(target: CurlTarget, first: Exchange, { items = [] }: History, next: NextPage): string {
  const page = keptPage(target, first, next, [...firstPage(first), { shell: "$NEXT" }]);
  const [item] = itemsOf(first, items);
  const ids = quoted(`[${jqOf(items)}[] | ${jqOf([...(placeOfWidget(item) ?? []), "id"])}]`);
  const body = next.in === "link" ? "sed '1,/^$/d' | " : "";
  return (
    `NEXT=; for n in $(seq ${mostPages}); do PAGE=$(${page}); printf '%s\\n' "$PAGE" | ${body}jq -c ${ids}; ` +
    `NEXT=$(printf '%s\\n' "$PAGE" | ${cursorFilter(first, next)}); ` +
    '[ -n "$NEXT" ] || break; NEXT="&cursor=$NEXT"; done'
  );
}

/** A page of which the cursor is wanted: it may be in a header field. */
function keptPage(target: CurlTarget, exchange: Exchange, next: NextPage, path: readonly ShellPart[]): string {
  return next.in === "link"
    ? `${curl(target, exchange, "-si", path)} | tr -d '\\r'`
    : curl(target, exchange, "-s", path);
}

function firstPage({ request }: Exchange): ShellPart[] {
  const [path = ""] = request.path.split("?");
  return [`${path}?limit=${parametersOf(request.path).get("limit")}`];
}

/** What takes the cursor out of a page, ready for an address; nothing comes out of the last one. */
function cursorFilter({ response }: Exchange, next: NextPage): string {
  if (next.in === "link") return `sed -n 's/.*<[^>]*[?&]cursor=\\([^&>]*\\)[^>]*>; *rel="\\{0,1\\}next.*/\\1/p'`;
  const value = next.place.reduce<unknown>((at, step) => (isJsonObject(at) ? at[step] : undefined), response?.body);
  const isUrl = typeof value === "string" && response !== undefined && value !== cursorOf(response, next);
  const filter = `${jqOf(next.place)} // empty | ${isUrl ? 'capture("cursor=(?<c>[^&]*)").c' : "@uri"}`;
  return `jq -r ${quoted(filter)}`;
}

function itemsOf({ response }: Exchange, items: MemberPath): readonly Json[] {
  const found = items.reduce<unknown>((at, step) => (isJsonObject(at) ? at[step] : undefined), response?.body);
  return Array.isArray(found) ? found : [];
}

function parametersOf(path: string): URLSearchParams {
  return new URL(path, "http://target.example").searchParams;
}
