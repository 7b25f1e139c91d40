import type { WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import type { JsonObject } from "../../spec/merge-patch.ts";
import { outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import type { JudgedTimeline } from "../history/timeline.ts";
import { type Members, ruleOfMember, writableMembers } from "./members.ts";

/**
 * Which rules a run has put to the proof, each with how often: a rule that is not here was not observed, and passes
 * nothing.
 */
export function evidenceOf(
  document: WidgetsDocument,
  history: History,
  timelines: readonly JudgedTimeline[],
): ReadonlyMap<RuleId, number> {
  const members = writableMembers(document);
  const counts = new Map<RuleId, number>();
  const add = (count: number, ...rules: readonly RuleId[]) => {
    if (count > 0) for (const rule of rules) counts.set(rule, (counts.get(rule) ?? 0) + count);
  };
  const done = history.exchanges.filter((exchange) => outcomeOf(exchange) === "done");
  const count = (call: string) =>
    done.filter((exchange) => exchange.operation === call && exchange.caller === "own").length;
  const shown = timelines.flatMap(({ moments }) => moments.filter(({ kind }) => kind === "shown"));
  const active = history.waits.filter(({ ended }) => ended === "active").length;
  const walked = history.walks.filter(({ whole, calls }) => whole && calls.length > 1).length;
  const asked = (who: string) =>
    history.exchanges.filter((exchange) => exchange.caller === who && exchange.response).length;

  add(done.length, "PATH-1");
  add(count("createWidget"), "PATH-2", "CREATE-1", "CREATE-2", "CREATE-3", "CREATE-4", "OBJ-1", "OBJ-2", "OBJ-14");
  add(count("createWidget") > 1 ? 1 : 0, "OBJ-15");
  add(shown.length, "OBJ-4", "GET-1", "GET-2", "CREATE-6");
  add(asked("anonymous"), "SCOPE-1");
  add(asked("other"), "SCOPE-2");
  add(active, "LIFE-1", "LIFE-4");
  add(history.items ? count("listWidgets") : 0, "LIST-1", "LIST-4", "SCOPE-3");
  add(history.next?.verified ? count("listWidgets") : 0, "LIST-2");
  add(walked, "LIST-3");
  add(count("updateWidget"), "UPDATE-1", "UPDATE-2", "UPDATE-3", "UPDATE-4", "UPDATE-5");
  add(count("pauseWidget"), "PAUSE-1", "PAUSE-7");
  add(count("resumeWidget"), "PAUSE-2");
  add(count("recrawlWidget"), "RECRAWL-1", "RECRAWL-2", "RECRAWL-7");
  add(count("deleteWidget"), "DELETE-1", "DELETE-6", "DELETE-8");
  add(draftUpdates(timelines), "UPDATE-7");
  add(
    timelines.flatMap(({ moments }) => moments.filter((one) => one.kind === "call" && one.isRaced)).length,
    "UPDATE-8",
  );
  const bodies = done.map(({ request }) => request.body ?? {});
  const views = shown.map((moment) => (moment.kind === "shown" ? moment.widget : {}));
  for (const body of [...bodies, ...views]) for (const rule of rulesOfMembers(members, body)) add(1, rule);
  return counts;
}

/** The rules of the members that a widget or a body has. */
function rulesOfMembers(members: Members, body: JsonObject): ReadonlySet<RuleId> {
  return new Set(
    Object.keys(body)
      .map((name) => ruleOfMember(members, name))
      .filter((rule) => rule !== undefined),
  );
}

/** How many drafts were updated and seen active later. */
function draftUpdates(timelines: readonly JudgedTimeline[]): number {
  return timelines.filter(({ moments, widget }) => {
    const firstActive = moments.findIndex((moment) => moment.kind === "shown" && moment.widget["status"] === "active");
    return moments
      .slice(0, Math.max(0, firstActive))
      .some(
        ({ kind, exchange }) => kind === "call" && exchange.operation === "updateWidget" && exchange.widget === widget,
      );
  }).length;
}
