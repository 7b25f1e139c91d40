import type { Need } from "../../../spec/document.ts";
import { type Exchange, isWrite } from "../../history/exchange.ts";
import type { History } from "../../history/history.ts";
import { cursorOf, queryOf } from "../../history/pages.ts";
import type { Finding } from "../../judge/finding.ts";

/** Of more exchanges than this only the first few of a kind are kept. */
const maxExchanges = 12;
const maxOfAKind = 2;
/** Most pages of a walk. */
const maxPages = 4;

/**
 * The exchanges that a reproduction needs, in the order in which they began: those that show the finding, the creates of
 * their widgets, the pages that lead to a page, and a read at the end where time has to pass.
 */
export function relevantExchanges({ calls, script }: Finding, history: History, needs: readonly Need[]): Exchange[] {
  const { exchanges } = history;
  const named = exchanges.filter(({ n }) => calls.includes(n));
  const shown =
    named.length > 0 ? limitExchanges(withPages(withWrites(named, history), history)) : endsOf(exchanges, script);
  const widgets = new Set(shown.flatMap(({ widget }) => widget ?? []));
  const creates = exchanges.filter((one) => isCreate(one) && widgets.has(one.widget ?? ""));
  // A list needs something in it.
  const anyCreate = exchanges.find((one) => isCreate(one) && one.response && one.response.status < 300);
  const needsRead = needs.some((need) => need === "time" || need === "webhook") && shown.every(isCreate);
  const lastRead = needsRead ? endsOf(exchanges, shown[0]?.origin?.script) : [];
  const all = [...(creates.length > 0 || !anyCreate ? creates : [anyCreate]), ...shown, ...lastRead];
  return [...new Set(all)].sort((a, b) => a.began - b.began);
}

function isCreate({ operation }: Exchange): boolean {
  return operation === "createWidget";
}

/** The create of a script's widget and the last exchange before its delete, where no exchange shows the finding alone. */
function endsOf(exchanges: readonly Exchange[], script: string | undefined): Exchange[] {
  const own = exchanges.filter((one) => script !== undefined && one.origin?.script === script && one.caller === "own");
  const end = own.findIndex(({ operation }) => operation === "deleteWidget");
  const before = own.slice(0, end === -1 ? own.length : end);
  return [before[0], before.at(-1)].filter((one) => one !== undefined);
}

/** Adds the writes before a read: what it shows may be their effect. */
function withWrites(named: readonly Exchange[], { exchanges }: History): readonly Exchange[] {
  if (named.some(isWrite)) return named;
  const writes = exchanges.filter(
    (one) =>
      one.caller === "own" &&
      one.probe === undefined &&
      isWrite(one) &&
      named.some(({ widget, began, caller }) => caller === "own" && widget === one.widget && one.ended < began),
  );
  return [...writes, ...named];
}

/** Adds the pages that lead to a page: a cursor expires, and is valid for one list alone. */
function withPages(named: readonly Exchange[], history: History): Exchange[] {
  const { walks, exchanges } = history;
  const pages = named.flatMap((page) => {
    const walk = walks.find(({ calls }) => calls.includes(page.n));
    const before = walk?.calls.slice(0, walk.calls.indexOf(page.n)) ?? [];
    return [...before, previousPage(page, history)?.n];
  });
  return exchanges.filter((one) => named.includes(one) || pages.includes(one.n));
}

/** The page that gave the cursor of a page. */
function previousPage(page: Exchange, { exchanges, next }: History): Exchange | undefined {
  const cursor = queryOf(page).get("cursor");
  if (page.operation !== "listWidgets" || cursor === null || !next) return undefined;
  return exchanges.findLast((one) => one.ended < page.began && one.response && cursorOf(one.response, next) === cursor);
}

function limitExchanges(calls: readonly Exchange[]): Exchange[] {
  const pages = calls.filter(({ operation }) => operation === "listWidgets");
  const kept = calls.filter((one) => !pages.slice(maxPages).includes(one));
  if (kept.length <= maxExchanges) return kept;
  const counts = new Map<string, number>();
  return kept.filter(({ operation, caller, response }) => {
    const kind = `${operation} ${caller} ${response?.status}`;
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return count <= maxOfAKind;
  });
}
