import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import type { JudgedTimeline, Moment } from "../history/timeline.ts";
import { widgetIn } from "../history/views.ts";
import type { Finding } from "./finding.ts";

/** What tells a widget from others, and never changes: OBJ-1, OBJ-14 and OBJ-15; and what answers show of that. */
export function identityFindings(history: History, timelines: readonly JudgedTimeline[]): Finding[] {
  return [
    ...sameIds(timelines),
    ...timelines.flatMap((timeline) => [...renamed(timeline, timelines), ...movedTimes(timeline)]),
    ...replies(history, timelines),
    ...farTimes(history, timelines),
  ];
}

type Shown = Extract<Moment, { readonly kind: "shown" }>;

function shownOf({ moments }: JudgedTimeline): Shown[] {
  return moments.filter((moment) => moment.kind === "shown");
}

/** OBJ-15. */
function sameIds(timelines: readonly JudgedTimeline[]): Finding[] {
  const owners = new Map<string, JudgedTimeline>();
  return timelines.flatMap((timeline): Finding[] => {
    const { id, created } = timeline;
    const other = owners.get(id);
    owners.set(id, timeline);
    const says = `Two creates gave the same id, ${id}.`;
    return other ? [{ rule: "OBJ-15", level: "fail", says, calls: [other.created.n, created.n] }] : [];
  });
}

/** OBJ-1; or GET-1 where another widget of the run is shown. */
function renamed(timeline: JudgedTimeline, timelines: readonly JudgedTimeline[]): Finding[] {
  const { id } = timeline;
  const other = shownOf(timeline).find(({ widget }) => widget["id"] !== id);
  if (!other) return [];
  const isOfRun = timelines.some((one) => one.id === other.widget["id"]);
  const says = `${id} was asked for, and the answer has the id ${JSON.stringify(other.widget["id"])}.`;
  return [{ rule: isOfRun ? "GET-1" : "OBJ-1", level: "fail", says, calls: [other.exchange.n] }];
}

/** OBJ-14; or LIST-4 where only lists show another time. */
function movedTimes(timeline: JudgedTimeline): Finding[] {
  const timeOfView = ({ widget }: Shown) => Date.parse(String(widget["created_at"]));
  const isOwn = ({ widget }: Shown) => widget["id"] === timeline.id && typeof widget["created_at"] === "string";
  const views = shownOf(timeline).filter(isOwn);
  const [first] = views;
  const moved = first && views.find((one) => timeOfView(one) !== timeOfView(first));
  if (!first || !moved) return [];
  const isOfList = views.every((one) => one.inList || timeOfView(one) === timeOfView(first));
  const says = `created_at of ${timeline.id} went from ${first.widget["created_at"]} to ${moved.widget["created_at"]}.`;
  const calls = [first.exchange.n, moved.exchange.n];
  return [{ rule: isOfList ? "LIST-4" : "OBJ-14", level: "fail", says, calls, script: timeline.script }];
}

/** How far created_at may be from the create, in milliseconds: clocks differ. */
const nearMs = 300_000;

/** OBJ-14: created_at is near the create, by the target's own clock. */
function farTimes({ settings: { startedAt } }: History, timelines: readonly JudgedTimeline[]): Finding[] {
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
function replies({ exchanges }: History, timelines: readonly JudgedTimeline[]): Finding[] {
  const ids = new Map(timelines.map(({ widget, id }) => [widget, id]));
  return exchanges.flatMap((exchange): Finding[] => {
    const { operation, widget: name = "", caller, n, response } = exchange;
    const shown = widgetIn(response?.body);
    // A job that answers for a widget has an id of its own, and no name.
    const isWidget = shown?.["name"] !== undefined && shown["status"] !== undefined;
    if (caller !== "own" || operation === "getWidget" || !isWidget || outcomeOf(exchange) !== "done") return [];
    if (ids.has(name) && shown["id"] !== ids.get(name)) {
      return [
        {
          rule: "OBJ-1",
          level: "fail",
          says: `${operation} of ${ids.get(name)} answered with ${shown["id"]}.`,
          calls: [n],
        },
      ];
    }
    if (operation === "recrawlWidget" && shown["status"] === "draft" && wasActive(timelines, name, n)) {
      return [{ rule: "RECRAWL-2", level: "fail", says: "The answer to the recrawl shows a draft.", calls: [n] }];
    }
    return [];
  });
}

/** Whether a widget was active when it was last seen before a call. */
function wasActive(timelines: readonly JudgedTimeline[], name: string, n: number): boolean {
  const moments = timelines.find(({ widget }) => widget === name)?.moments ?? [];
  const last = moments.findLast((moment) => moment.kind === "shown" && moment.exchange.n < n);
  return last?.kind === "shown" && last.widget["status"] === "active";
}
