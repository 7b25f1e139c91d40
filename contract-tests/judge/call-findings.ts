import { breaksDown, type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History, Wait } from "../history/history.ts";
import type { JudgedTimeline } from "../history/timeline.ts";
import { itemsAt } from "../history/views.ts";
import { isNeverWritten } from "../plan/values.ts";
import { createFindings } from "./create-findings.ts";
import type { Finding } from "./finding.ts";
import { identityFindings } from "./identity-findings.ts";
import { scopeFindings } from "./scope-findings.ts";
import { ruleThatWorks } from "./transitions.ts";

/** What single calls show, or a few of them side by side. */
export function callFindings(history: History, timelines: readonly JudgedTimeline[]): Finding[] {
  return [
    ...scopeFindings(history, timelines),
    ...createFindings(history),
    ...identityFindings(history, timelines),
    ...limits(history),
    ...waits(history),
    ...routes(history, timelines),
    ...brokenDown(history),
  ];
}

/** LIST-1. */
function limits({ exchanges, items }: History): Finding[] {
  if (!items) return [];
  return exchanges
    .filter((exchange) => exchange.operation === "listWidgets" && outcomeOf(exchange) === "done")
    .flatMap((exchange): Finding[] => {
      const limit = Number(new URL(exchange.request.path, "http://target.example").searchParams.get("limit"));
      const listed = itemsAt(exchange.response?.body, items)?.length ?? 0;
      if (!(limit > 0) || listed <= limit) return [];
      return [
        {
          rule: "LIST-1",
          level: "fail",
          says: `limit=${limit} was answered with ${listed} widgets.`,
          calls: [exchange.n],
        },
      ];
    })
    .slice(0, 3);
}

/** LIFE-1: only where sites are known to be such that they can be crawled. */
function waits({ waits: waited, settings, exchanges }: History): Finding[] {
  if (!settings.sitesVouched) return [];
  // What was there no more when it was given up is another rule's.
  const isThere = ({ widget }: Wait) => {
    const own = exchanges.filter((one) => one.widget === widget);
    const deleted = own.find(({ operation }) => operation === "deleteWidget")?.began ?? Number.POSITIVE_INFINITY;
    const read = own.findLast(({ operation, began }) => operation === "getWidget" && began < deleted);
    return read === undefined || outcomeOf(read) !== "refused";
  };
  return waited
    .filter((wait) => wait.ended === "gave-up" && isThere(wait))
    .map(({ widget, from, to }) => {
      const says = `The widget was no active one ${Math.round((to - from) / 1000)} s after it was created.`;
      return { rule: "LIFE-1", level: "fail", says, calls: [], script: widget };
    });
}

/** PATH-1: an operation that no existing widget has ever been found by. */
function routes({ exchanges }: History, timelines: readonly JudgedTimeline[]): Finding[] {
  const gone = new Map<string, number>();
  for (const { widget, moments } of timelines) {
    const deleted = moments.find(
      ({ kind, exchange }) => kind === "call" && exchange.operation === "deleteWidget" && exchange.widget === widget,
    );
    gone.set(widget, deleted?.exchange.began ?? Number.POSITIVE_INFINITY);
  }
  const onExisting = exchanges.filter(
    ({ caller, widget = "", ended }) => caller === "own" && ended < (gone.get(widget) ?? 0),
  );
  const calls = [...new Set(onExisting.map(({ operation }) => operation))];
  return calls.flatMap((call): Finding[] => {
    const all = onExisting.filter((exchange) => exchange.operation === call);
    const isMissing = all.every(({ response }) => response?.status === 404 || response?.status === 405);
    if (!isMissing || all.length < 2) return [];
    return [
      {
        rule: "PATH-1",
        level: "fail",
        says: `${call} is not there: ${all[0]?.response?.status} on every widget.`,
        calls: all.map(({ n }) => n),
      },
    ];
  });
}

/** So many tries that all break a service down are no chance. */
const someTries = 3;

/** A write that breaks the service down each time: an operation always, or an update with these values. */
function brokenDown({ exchanges }: History): Finding[] {
  const kinds = new Map<string, Exchange[]>();
  const gone = new Set<string>();
  for (const exchange of exchanges.filter(({ caller, request }) => caller === "own" && request.method !== "GET")) {
    if (exchange.request.body && isNeverWritten(exchange.request.body)) continue;
    // What is asked of a widget that is gone tells nothing of those that are there.
    if (gone.has(exchange.widget ?? "")) continue;
    if (exchange.operation === "deleteWidget" && outcomeOf(exchange) === "done") gone.add(exchange.widget ?? "");
    const { operation, origin, request } = exchange;
    const isUpdate = operation === "updateWidget";
    const kind = JSON.stringify([operation, ...(isUpdate ? [origin?.script, request.body] : [])]);
    kinds.set(kind, [...(kinds.get(kind) ?? []), exchange]);
  }
  return [...kinds.values()].flatMap((tries): Finding[] => {
    const [first] = tries;
    const rule = first && (ruleThatWorks(first.operation, "active") ?? "CREATE-1");
    if (!rule || tries.length < someTries || !tries.every(breaksDown)) return [];
    const says = `${first.operation} answered ${first.response?.status}, ${tries.length} times of ${tries.length}.`;
    return [{ rule, level: "fail", says, calls: [first.n], script: first.origin?.script ?? "" }];
  });
}
