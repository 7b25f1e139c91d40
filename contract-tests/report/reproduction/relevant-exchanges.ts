import type { Need } from "../../../spec/document.ts";
import type { Exchange } from "../../history/exchange.ts";
import type { History } from "../../history/history.ts";
import { cursorOf } from "../../history/pages.ts";
import type { Finding } from "../../judge/finding.ts";

/** Of more calls than this only the first few of a kind are told. */
const most = 12;
const mostOfAKind = 2;
/** Of a walk through the list. */
const mostPages = 4;

/**
 * The calls that a story needs, in the order in which they began: those that show the finding, the creates of the widgets
 * that they are about, the pages that lead to a page, and a read at the end of a story that takes time.
 */
export function callsToTell({ calls, script }: Finding, history: History, needs: readonly Need[]): Exchange[] {
  const { exchanges } = history;
  const named = exchanges.filter(({ n }) => calls.includes(n));
  const shown = named.length > 0 ? fewOf(withPages(withWrites(named, history), history)) : endsOf(exchanges, script);
  const about = new Set(shown.map(({ widget }) => widget).filter((widget) => widget !== undefined));
  const creates = exchanges.filter((one) => isCreate(one) && about.has(one.widget ?? ""));
  // A list has to have something in it.
  const some = exchanges.find((one) => isCreate(one) && one.response && one.response.status < 300);
  const isOnlyMade = needs.some((need) => need === "time" || need === "webhook") && shown.every(isCreate);
  const seen = isOnlyMade ? endsOf(exchanges, shown[0]?.origin?.script) : [];
  const all = [...(creates.length > 0 || !some ? creates : [some]), ...shown, ...seen];
  return [...new Map(all.map((exchange) => [exchange.n, exchange])).values()].sort((a, b) => a.began - b.began);
}

function isCreate({ operation }: Exchange): boolean {
  return operation === "createWidget";
}

/** Where no call by itself shows it: how the script's widget was made, and how it was seen last. */
function endsOf(exchanges: readonly Exchange[], script: string | undefined): Exchange[] {
  const own = exchanges.filter((one) => script !== undefined && one.origin?.script === script && one.caller === "own");
  const end = own.findIndex(({ operation }) => operation === "deleteWidget");
  const before = own.slice(0, end === -1 ? own.length : end);
  return [before[0], before.at(-1)].filter((one) => one !== undefined);
}

/** A read that shows something wrong may do so because of what was written before. */
function withWrites(named: readonly Exchange[], { exchanges }: History): readonly Exchange[] {
  if (named.some(({ request }) => request.method !== "GET")) return named;
  const written = exchanges.filter(
    (one) =>
      one.caller === "own" &&
      one.probe === undefined &&
      one.request.method !== "GET" &&
      named.some(({ widget, began, caller }) => caller === "own" && widget === one.widget && one.ended < began),
  );
  return [...written, ...named];
}

/** With the pages that have led to a page: a cursor is good for a while, and for one list alone. */
function withPages(named: readonly Exchange[], history: History): Exchange[] {
  const { walks, exchanges } = history;
  const pages = new Set(
    named.flatMap(({ n }) => {
      const walk = walks.find((one) => one.calls.includes(n));
      return walk?.calls.slice(0, walk.calls.indexOf(n)) ?? [];
    }),
  );
  const led = named.flatMap((page) => pageBefore(page, history)?.n ?? []);
  return exchanges.filter((one) => named.includes(one) || pages.has(one.n) || led.includes(one.n));
}

/** The page that gave the cursor of a page. */
function pageBefore({ operation, request, began }: Exchange, { exchanges, next }: History): Exchange | undefined {
  const cursor = new URL(request.path, "http://target.example").searchParams.get("cursor");
  if (operation !== "listWidgets" || cursor === null || !next) return undefined;
  return exchanges.findLast((one) => one.ended < began && one.response && cursorOf(one.response, next) === cursor);
}

function fewOf(calls: readonly Exchange[]): Exchange[] {
  const pages = calls.filter(({ operation }) => operation === "listWidgets");
  const cut = pages.length > mostPages ? pages.slice(mostPages) : [];
  const left = calls.filter((one) => !cut.includes(one));
  if (left.length <= most) return left;
  const kinds = new Map<string, number>();
  return left.filter(({ operation, caller, response }) => {
    const kind = `${operation} ${caller} ${response?.status}`;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
    return (kinds.get(kind) ?? 0) <= mostOfAKind;
  });
}
