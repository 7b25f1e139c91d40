import { type Exchange, ownCallsOf } from "../../history/exchange.ts";
import type { History, NextPage } from "../../history/history.ts";
import { cursorOf, queryOf } from "../../history/pages.ts";
import { memberAt, placeOfWidget } from "../../history/views.ts";
import { type CurlTarget, curlCommand, deleteCommand } from "./curl-command.ts";
import { idFilter, jqFilter, type ShellPart, shellBody, shellQuote } from "./shell-words.ts";

/** Most widgets that a reproduction creates to fill several pages. */
const maxFillers = 22;
/** A cursor that leads in a circle must not trap the shell. */
const maxPages = 20;

/** Counts the widgets that a reproduction needs so that its lists have several pages; 0 without such a list. */
export function fillerCount(calls: readonly Exchange[]): number {
  const counts = ownCallsOf(calls, "listWidgets").map((page) => {
    const limit = Number(queryOf(page).get("limit"));
    // How large a page is for which nobody asks for a size is unknown.
    if (limit === 0) return maxFillers;
    return [3, 2, 1].map((pages) => pages * limit + 1).find((count) => count <= maxFillers) ?? 0;
  });
  return Math.max(0, ...counts);
}

/** Commands that create so many widgets, and delete them again. */
export function fillerCommands(target: CurlTarget, calls: readonly Exchange[], count: number) {
  const create = calls.find(({ operation, response }) => operation === "createWidget" && response);
  if (!create || count === 0) return { before: [], after: [] };
  const { body = {} } = create.request;
  const numbered = { ...body, name: `${body["name"]} #` };
  const command = curlCommand(target, { ...create, request: { ...create.request, body: numbered } }, { flags: "-s" });
  const word = shellBody(numbered);
  const createNumbered = command.replace(word, () => word.replace(" #", " '$n'"));
  const id = idFilter(placeOfWidget(create.response?.body) ?? []);
  const remove = deleteCommand(target, create, "FILLER");
  return {
    before: [`FILLERS=$(for n in $(seq ${count}); do ${createNumbered} | ${id}; done); echo "$FILLERS"`],
    after: [`echo "$FILLERS" | while read -r FILLER; do ${remove}; done`],
  };
}

/**
 * Commands for lists. Two pages of one widget each are requested one by one, and PAGE keeps the first for its cursor; a
 * walk is a loop that prints the ids on each page. A page that an earlier command walks over has no command.
 */
export function listCommandsFor(
  target: CurlTarget,
  { next, items = [] }: History,
  calls: readonly Exchange[],
): (exchange: Exchange) => string | undefined {
  const pages = calls.filter(({ operation }) => operation === "listWidgets");
  const leadsTo = (from: Exchange | undefined, to: Exchange | undefined): from is Exchange => {
    const cursor = from?.response && next && cursorOf(from.response, next);
    return to !== undefined && cursor !== undefined && queryOf(to).get("cursor") === cursor;
  };
  return (exchange) => {
    const index = pages.indexOf(exchange);
    const [beforeLast, last, following, afterNext] = [-2, -1, 1, 2].map((offset) => pages[index + offset]);
    const isSecond = leadsTo(last, exchange);
    // Two pages of one widget each are the test of a cursor; anything else is a walk.
    const isWalk = queryOf(exchange).get("limit") !== "1";
    if (isSecond && (isWalk || leadsTo(beforeLast, last) || leadsTo(exchange, following))) return undefined;
    if (next && leadsTo(exchange, following) && (isWalk || leadsTo(following, afterNext))) {
      return walkLoop(target, exchange, { items, next });
    }
    if (next && isSecond) {
      const cursor = { shell: `$(printf '%s\\n' "$PAGE" | ${cursorPipe(last, next)})` };
      return curlCommand(target, exchange, { flags: "-si", path: [firstPagePath(exchange), "&cursor=", cursor] });
    }
    if (!next || !leadsTo(exchange, following)) return curlCommand(target, exchange, { flags: "-si" });
    return `PAGE=$(${pageCommand(target, exchange, { next })}); printf '%s\\n' "$PAGE"`;
  };
}

/** Where lists have their items and their cursor. */
interface ListForm {
  readonly items: readonly string[];
  readonly next: NextPage;
}

function walkLoop(target: CurlTarget, first: Exchange, { items, next }: ListForm): string {
  const page = pageCommand(target, first, { next, path: [firstPagePath(first), { shell: "$NEXT" }] });
  const list = memberAt(first.response?.body, items);
  const item = Array.isArray(list) ? list[0] : undefined;
  const ids = shellQuote(`[${jqFilter(items)}[] | ${jqFilter([...(placeOfWidget(item) ?? []), "id"])}]`);
  const body = next.in === "link" ? "sed '1,/^$/d' | " : "";
  return (
    `NEXT=; for n in $(seq ${maxPages}); do PAGE=$(${page}); printf '%s\\n' "$PAGE" | ${body}jq -c ${ids}; ` +
    `NEXT=$(printf '%s\\n' "$PAGE" | ${cursorPipe(first, next)}); ` +
    '[ -n "$NEXT" ] || break; NEXT="&cursor=$NEXT"; done'
  );
}

/** Requests a page whose cursor is needed; it may be in a header. */
function pageCommand(
  target: CurlTarget,
  exchange: Exchange,
  { next, path = [exchange.request.path] }: { readonly next: NextPage; readonly path?: readonly ShellPart[] },
): string {
  const isInLink = next.in === "link";
  return `${curlCommand(target, exchange, { flags: isInLink ? "-si" : "-s", path })}${isInLink ? " | tr -d '\\r'" : ""}`;
}

function firstPagePath(exchange: Exchange): string {
  const limit = queryOf(exchange).get("limit");
  return `${exchange.request.path.split("?")[0]}?${limit === null ? "" : `limit=${limit}`}`;
}

/** Takes the cursor from a page, ready for a URL; prints nothing for the last page. */
function cursorPipe({ response }: Exchange, next: NextPage): string {
  if (next.in === "link") return `sed -n 's/.*<[^>]*[?&]cursor=\\([^&>]*\\)[^>]*>; *rel="\\{0,1\\}next.*/\\1/p'`;
  const value = memberAt(response?.body, next.place);
  const isUrl = typeof value === "string" && response !== undefined && value !== cursorOf(response, next);
  const filter = `${jqFilter(next.place)} // empty | ${isUrl ? 'capture("cursor=(?<c>[^&]*)").c' : "@uri"}`;
  return `jq -r ${shellQuote(filter)}`;
}
