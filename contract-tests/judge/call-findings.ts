import { isJsonObject, type JsonObject } from "../../spec/merge-patch.ts";
import { breaksDown, type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History, Wait } from "../history/history.ts";
import { itemsAt, widgetIn } from "../history/views.ts";
import { isNeverWritten } from "../plan/values.ts";
import type { Finding } from "./finding.ts";
import type { Timeline } from "./timeline.ts";
import { ruleThatWorks } from "./transitions.ts";

/** How long creates may take before they seem to wait for a crawl. */
const patientMs = 5000;

/** What single calls show, or a few of them side by side. */
export function callFindings(history: History, timelines: readonly Timeline[]): Finding[] {
  return [
    ...foreigners(history, timelines),
    ...creates(history),
    ...identities(timelines),
    ...replies(history, timelines),
    ...limits(history),
    ...waits(history),
    ...routes(history, timelines),
    ...farTimes(history, timelines),
    ...brokenDown(history),
  ];
}

/** SCOPE-1 and SCOPE-2: proof in one exchange. */
function foreigners(history: History, timelines: readonly Timeline[]): Finding[] {
  const ids = new Set(timelines.map(({ id }) => id));
  return [...foreignPauses(history), ...shownToForeigners(history, ids)];
}

/** A pause by somebody else that was accepted, and after which the widget is no active one any more. */
function foreignPauses({ exchanges }: History): Finding[] {
  return exchanges
    .filter((one) => one.who !== "own" && one.call === "pauseWidget" && outcomeOf(one) === "done")
    .flatMap((pause): Finding[] => {
      const read = exchanges.find(
        (one) => one.call === "getWidget" && one.widget === pause.widget && one.began > pause.ended,
      );
      const status = widgetIn(read?.response?.body)?.["status"];
      if (!read || status === undefined || status === "active") return [];
      const rule = pause.who === "nobody" ? "SCOPE-1" : "SCOPE-2";
      const whose = pause.who === "nobody" ? "without a credential" : "of another organization";
      const says = `A caller ${whose} could pause a widget: it is ${status}.`;
      return [{ rule, level: "fail", says, calls: [pause.n, read.n] }];
    });
}

function shownToForeigners(history: History, ids: ReadonlySet<string>): Finding[] {
  return history.exchanges
    .filter((exchange) => exchange.who !== "own" && outcomeOf(exchange) === "done")
    .flatMap((exchange): Finding[] => {
      const isNobody = exchange.who === "nobody";
      const seen = widgetsIn(exchange, history).filter(({ id }) => isNobody || ids.has(String(id)));
      if (seen.length === 0) return [];
      const what = `${exchange.call} showed ${seen.length === 1 ? "a widget" : `${seen.length} widgets`}`;
      const calls = [exchange.n];
      return isNobody
        ? [{ rule: "SCOPE-1", level: "fail", says: `${what} to a caller without a credential.`, calls }]
        : [{ rule: "SCOPE-2", level: "fail", says: `${what} of this organization to another one's.`, calls }];
    });
}

function widgetsIn({ call, response }: Exchange, { items }: History): JsonObject[] {
  if (call === "listWidgets") return (items && itemsAt(response?.body, items)) ?? [];
  return [widgetIn(response?.body)].filter((one) => one !== undefined);
}

/** CREATE-1, CREATE-2 and CREATE-4. */
function creates(history: History): Finding[] {
  const all = history.exchanges.filter(({ call, who }) => call === "createWidget" && who === "own");
  const done = all.filter((one) => outcomeOf(one) === "done");
  const refused = all.filter((one) => outcomeOf(one) === "refused");
  const status = refused[0]?.response?.status;
  const says = `No create of a widget with name and site_url was accepted: ${status}.`;
  const calls = refused.map(({ n }) => n).slice(0, 1);
  // Who does not vouch for a site cannot know that one under .example may be used (A-VAL-4).
  const none: Finding[] =
    done.length === 0 && status !== undefined && history.settings.sitesVouched
      ? [{ rule: "CREATE-1", level: "fail", says, calls }]
      : [];
  return [...none, ...unusualNames(done, refused), ...done.flatMap(createdWidget), ...slowCreates(history, done)];
}

/** CREATE-1, where a name alone decides: refused, while a later create of a plainer name was accepted. A quota would refuse that too. */
function unusualNames(done: readonly Exchange[], refused: readonly Exchange[]): Finding[] {
  return refused
    .filter(({ n, request, response }) => {
      const isUnusual = /[^\p{ASCII}]/u.test(String(request.body?.["name"]));
      return isUnusual && response?.status !== 429 && done.some((later) => later.n > n);
    })
    .map(({ n, request, response, script = "" }): Finding => {
      const says = `A widget could not be named ${JSON.stringify(request.body?.["name"])}: ${response?.status}.`;
      return { rule: "CREATE-1", level: "fail", says, calls: [n], script };
    });
}

/** What is wrong with the answer to a create. */
function createdWidget({ n, response, request }: Exchange): Finding[] {
  const id = isJsonObject(response?.body) ? response.body["id"] : undefined;
  const calls = [n];
  if (typeof id === "number") {
    return [{ rule: "OBJ-1", level: "fail", says: `The id of a new widget is a number: ${id}.`, calls }];
  }
  const widget = widgetIn(response?.body);
  const [name, sent] = [widget?.["name"], request.body?.["name"]];
  const wrong = (what: string): Finding[] => [
    { rule: "CREATE-2", level: "fail", says: `The answer to a create ${what}.`, calls },
  ];
  if (!widget) return wrong("holds no widget with an id");
  if (name !== undefined && name !== sent)
    return wrong(`names it ${JSON.stringify(name)}, not ${JSON.stringify(sent)}`);
  return [];
}

function slowCreates({ waits: waited }: History, done: readonly Exchange[]): Finding[] {
  const durations = done.map(({ t0, t1 }) => t1 - t0).sort((a, b) => a - b);
  const median = durations[Math.floor(durations.length / 2)] ?? 0;
  const fastest = Math.min(...waited.filter(({ ended }) => ended === "active").map(({ from, to }) => to - from));
  if (median <= patientMs || median <= fastest) return [];
  const says = `Half of the creates took ${median} ms or more, as long as a crawl.`;
  return [{ rule: "CREATE-4", level: "fail", says, calls: done.map(({ n }) => n) }];
}

/** OBJ-1, OBJ-14 and OBJ-15. */
function identities(timelines: readonly Timeline[]): Finding[] {
  const findings: Finding[] = [];
  const owners = new Map<string, Timeline>();
  for (const timeline of timelines) {
    const { id, created, moments } = timeline;
    const other = owners.get(id);
    if (other) {
      const says = `Two creates gave the same id, ${id}.`;
      findings.push({ rule: "OBJ-15", level: "fail", says, calls: [other.created.n, created.n] });
    }
    owners.set(id, timeline);
    const shown = moments.filter((moment) => moment.kind === "shown");
    const renamed = shown.find(({ widget }) => widget["id"] !== id);
    if (renamed) {
      const isOther = timelines.some((one) => one.id === renamed.widget["id"]);
      const says = `${id} was asked for, and the answer has the id ${JSON.stringify(renamed.widget["id"])}.`;
      findings.push({ rule: isOther ? "GET-1" : "OBJ-1", level: "fail", says, calls: [renamed.exchange.n] });
    }
    const times = shown.filter(({ widget }) => typeof widget["created_at"] === "string");
    const [first] = times;
    const moved = times.find(
      ({ widget }) => Date.parse(String(widget["created_at"])) !== Date.parse(String(first?.widget["created_at"])),
    );
    if (first && moved) {
      const isOfList =
        moved.inList &&
        shown.every(
          (one) =>
            one.inList ||
            Date.parse(String(one.widget["created_at"])) === Date.parse(String(first.widget["created_at"])),
        );
      const says = `created_at of ${id} went from ${first.widget["created_at"]} to ${moved.widget["created_at"]}.`;
      findings.push({
        rule: isOfList ? "LIST-4" : "OBJ-14",
        level: "fail",
        says,
        calls: [first.exchange.n, moved.exchange.n],
        script: timeline.script,
      });
    }
  }
  return findings;
}

/** So many tries that all break a service down are no chance. */
const someTries = 3;

/** A write that breaks the service down each time: an operation always, or an update with these values. */
function brokenDown({ exchanges }: History): Finding[] {
  const kinds = new Map<string, Exchange[]>();
  const gone = new Set<string>();
  for (const exchange of exchanges.filter(({ who, request }) => who === "own" && request.method !== "GET")) {
    if (exchange.request.body && isNeverWritten(exchange.request.body)) continue;
    // What is asked of a widget that is gone tells nothing of those that are there.
    if (gone.has(exchange.widget ?? "")) continue;
    if (exchange.call === "deleteWidget" && outcomeOf(exchange) === "done") gone.add(exchange.widget ?? "");
    const { call, script, request } = exchange;
    const isUpdate = call === "updateWidget";
    const kind = JSON.stringify([call, ...(isUpdate ? [script, request.body] : [])]);
    kinds.set(kind, [...(kinds.get(kind) ?? []), exchange]);
  }
  return [...kinds.values()].flatMap((tries): Finding[] => {
    const [first] = tries;
    const rule = first && (ruleThatWorks(first.call, "active") ?? "CREATE-1");
    if (!rule || tries.length < someTries || !tries.every(breaksDown)) return [];
    const says = `${first.call} answered ${first.response?.status}, ${tries.length} times of ${tries.length}.`;
    return [{ rule, level: "fail", says, calls: [first.n], script: first.script ?? "" }];
  });
}

/** How far created_at may be from the create, in milliseconds: clocks differ. */
const nearMs = 300_000;

/** OBJ-14: created_at is near the create, by the target's own clock. */
function farTimes({ settings: { startedAt } }: History, timelines: readonly Timeline[]): Finding[] {
  return timelines
    .flatMap(({ created, moments }): Finding[] => {
      const shown = moments.find((moment) => moment.kind === "shown" && moment.widget["created_at"] !== undefined);
      const value =
        widgetIn(created.response?.body)?.["created_at"] ?? (shown?.kind === "shown" && shown.widget["created_at"]);
      const told = Date.parse(String(value));
      const there = startedAt === undefined ? Number.NaN : timeOf(created, startedAt);
      // It was made at some time between the call and its answer.
      const apart = Math.max(told - there, there - (created.t1 - created.t0) - told);
      if (Number.isNaN(apart) || apart <= nearMs) return [];
      const says = `created_at is ${value}, and it was created at ${new Date(there).toISOString()}.`;
      return [{ rule: "OBJ-14", level: "warn", says, calls: [created.n] }];
    })
    .slice(0, 1);
}

/** When a call was made, in milliseconds since the epoch: by the answer's own Date, or else by the run's clock. */
function timeOf({ t1, response }: Exchange, startedAt: number): number {
  const date = Date.parse(response?.headers["date"] ?? "");
  return Number.isNaN(date) ? startedAt + t1 : date;
}

/** OBJ-1 and RECRAWL-2, where the answer to an operation shows a widget. */
function replies({ exchanges }: History, timelines: readonly Timeline[]): Finding[] {
  const ids = new Map(timelines.map(({ widget, id }) => [widget, id]));
  return exchanges.flatMap((exchange): Finding[] => {
    const { call, widget: name = "", who, n, response } = exchange;
    const shown = widgetIn(response?.body);
    // A job that answers for a widget has an id of its own, and no name.
    const isWidget = shown?.["name"] !== undefined && shown["status"] !== undefined;
    if (who !== "own" || call === "getWidget" || !isWidget || outcomeOf(exchange) !== "done") return [];
    if (ids.has(name) && shown["id"] !== ids.get(name)) {
      return [
        { rule: "OBJ-1", level: "fail", says: `${call} of ${ids.get(name)} answered with ${shown["id"]}.`, calls: [n] },
      ];
    }
    if (call === "recrawlWidget" && shown["status"] === "draft" && wasActive(timelines, name, n)) {
      return [{ rule: "RECRAWL-2", level: "fail", says: "The answer to the recrawl shows a draft.", calls: [n] }];
    }
    return [];
  });
}

/** Whether a widget was active when it was last seen before a call. */
function wasActive(timelines: readonly Timeline[], name: string, n: number): boolean {
  const moments = timelines.find(({ widget }) => widget === name)?.moments ?? [];
  const last = moments.findLast((moment) => moment.kind === "shown" && moment.exchange.n < n);
  return last?.kind === "shown" && last.widget["status"] === "active";
}

/** LIST-1. */
function limits({ exchanges, items }: History): Finding[] {
  if (!items) return [];
  return exchanges
    .filter((exchange) => exchange.call === "listWidgets" && outcomeOf(exchange) === "done")
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
    const deleted = own.find(({ call }) => call === "deleteWidget")?.began ?? Number.POSITIVE_INFINITY;
    const read = own.findLast(({ call, began }) => call === "getWidget" && began < deleted);
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
function routes({ exchanges }: History, timelines: readonly Timeline[]): Finding[] {
  const gone = new Map<string, number>();
  for (const { widget, moments } of timelines) {
    const deleted = moments.find(
      ({ kind, exchange }) => kind === "call" && exchange.call === "deleteWidget" && exchange.widget === widget,
    );
    gone.set(widget, deleted?.exchange.began ?? Number.POSITIVE_INFINITY);
  }
  const onExisting = exchanges.filter(
    ({ who, widget = "", ended }) => who === "own" && ended < (gone.get(widget) ?? 0),
  );
  const calls = [...new Set(onExisting.map(({ call }) => call))];
  return calls.flatMap((call): Finding[] => {
    const all = onExisting.filter((exchange) => exchange.call === call);
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
