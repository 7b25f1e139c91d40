import type { DocumentedRuleId } from "../../spec/generated/rules.ts";
import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import { membersOf, schemaNamed } from "../../spec/schema.ts";
import type { Exchange } from "../history/exchange.ts";
import { acceptedWrites, getsAround, type JudgedTimeline, viewsIn } from "../history/timeline.ts";
import { widgetIn } from "../history/views.ts";
import { pairOf, type Values } from "../model/members.ts";
import { acceptedCalls, timesAccepted, timesShown } from "./calls.ts";
import { formBreaches } from "./forms.ts";
import type { Breach, RuleContext, RuleEntry } from "./rule-entry.ts";

const ofMembers = { takes: ["updateWidget"] } as const satisfies RuleEntry;

/** The rules about the widget object: what identifies it, and its members. */
export const objectRules = {
  "OBJ-1": {
    ...ofMembers,
    evidence: timesAccepted("createWidget"),
    ...shownToAll((context) => [...numericIds(context), ...otherIds(context, false), ...idsInAnswers(context)]),
    // A widget that goes by another id is not found by the one it had, and is on no page.
    hides: ({ finding: { rule }, by }) =>
      ["LIST-2", "LIST-3"].includes(rule) ||
      (by === "timeline" && ["GET-1", "GET-2", "SCOPE-3", "DELETE-6", "DELETE-8"].includes(rule)),
  },
  "OBJ-2": { ...ofMembers, evidence: timesAccepted("createWidget"), ...shownToAll(idsOfAnotherForm) },
  "OBJ-3": ofMember("OBJ-3", 50),
  "OBJ-4": {
    ...ofMembers,
    evidence: timesShown,
    ...shownToAll(formBreachesOf("OBJ-4")),
    relaxations: [
      {
        breadth: 43,
        onlyViews: true,
        // A word of the target's own for active.
        mayShow: ({ name, state, widget, context: { life, showsActive } }) =>
          name === "status" && !showsActive && state.phase === life.active && widget["status"] !== life.initial,
      },
    ],
  },
  "OBJ-5": ofMember("OBJ-5", 30),
  "OBJ-6": ofMember("OBJ-6", 31),
  "OBJ-7": ofMember("OBJ-7", 32),
  "OBJ-8": ofMember("OBJ-8", 51),
  "OBJ-9": ofMember("OBJ-9", 60),
  "OBJ-10": ofMember("OBJ-10", 61),
  "OBJ-11": ofMember("OBJ-11", 52),
  "OBJ-12": ofMember("OBJ-12", 53),
  // Another list of hosts is no other form: where an update explains it that is at fault.
  "OBJ-13": ofMember("OBJ-13", 66),
  "OBJ-14": {
    ...ofMembers,
    evidence: timesAccepted("createWidget"),
    ...shownToAll((context) => [
      ...movedTimes(context, "everywhere"),
      ...farTimes(context),
      ...formBreachesOf("OBJ-14")(context),
    ]),
  },
  "OBJ-15": {
    ...ofMembers,
    isProof: true,
    needsPart: "new-ids",
    evidence: (context) => (acceptedCalls(context, "createWidget").length > 1 ? 1 : 0),
    ...shownToAll(sameIds),
    // Where ids do not tell widgets apart nothing can be said that takes several of them.
    hides: ({ finding: { rule }, by }) => by !== "calls" || ["OBJ-14", "LIST-2", "LIST-3", "SCOPE-2"].includes(rule),
  },
} satisfies { readonly [rule: string]: RuleEntry };

/** Breaches that are in one answer, or in what can never change, whoever chose the calls: a watcher finds the same. */
export function shownToAll(findings: NonNullable<RuleEntry["findings"]>) {
  return { findings, watched: findings } as const;
}

/** The rules that say of their members that they keep what is written: narrower than that updates are kept. */
export const rulesThatKeep: readonly DocumentedRuleId[] = ["OBJ-3", "OBJ-8", "OBJ-11", "OBJ-12"];

/**
 * Whether updates of a rule's members show in their replies, and reads go on with the values from before, each time that reads
 * show another value than was sent: then it is no matter of the members.
 */
function showsInRepliesAlone(rule: DocumentedRuleId, { timelines, model: { members } }: RuleContext): boolean {
  const lost = timelines.flatMap((timeline) =>
    acceptedWrites(timeline, "updateWidget").flatMap((update) => {
      const gets = getsAround(timeline, update);
      if (!gets) return [];
      const shown = [gets.before.widget, gets.after.widget, widgetIn(update.response?.body) ?? {}];
      const [old, seen, replied] = shown.map((one) => members.shownIn(one));
      const has = (values: Values | undefined, name: string, value: Json) =>
        members.isSame(name, values?.get(name) ?? null, value);
      return [...members.valuesIn(update.request.body ?? {})]
        .filter(([name, value]) => members.ruleOf(name) === rule && !has(seen, name, value))
        .map(([name, value]) => has(replied, name, value) && has(seen, name, old?.get(name) ?? null));
    }),
  );
  return lost.length > 0 && lost.every((isOld) => isOld);
}

/** The entry of a rule about members that a client writes: they have a form, and are shown as they were written. */
function ofMember(rule: DocumentedRuleId, breadth: number) {
  return {
    ...ofMembers,
    evidence: ({ done, timelines, model: { members } }) => {
      const views = timelines.flatMap(viewsIn);
      const bodies = [...done.map(({ request }) => request.body ?? {}), ...views.map(({ widget }) => widget)];
      return bodies.filter((body) => Object.keys(body).some((name) => members.ruleOf(name) === rule)).length;
    },
    ...shownToAll(formBreachesOf(rule)),
    insteadOf: (context) => (showsInRepliesAlone(rule, context) ? "UPDATE-5" : undefined),
    relaxations: [
      {
        breadth,
        ofMembers: true,
        mayShow: ({ name, context: { members } }) => members.ruleOf(name) === rule,
        mayBeRefused: ({ exchange: { request }, context: { members, accepted } }) =>
          Object.entries(request.body ?? {}).some(
            ([name, value]) => members.ruleOf(name) === rule && !accepted.has(pairOf(name, value)),
          ),
      },
    ],
  } as const satisfies RuleEntry;
}

function formBreachesOf(rule: DocumentedRuleId): (context: RuleContext) => Breach[] {
  return (context) =>
    formBreaches(context)
      .filter((one) => one.rule === rule)
      .map(({ rule: _, ...breach }) => breach);
}

function numericIds(context: RuleContext): Breach[] {
  return acceptedCalls(context, "createWidget").flatMap(({ n, response }): Breach[] => {
    const id = isJsonObject(response?.body) ? response.body["id"] : undefined;
    return typeof id === "number" ? [{ message: `The id of a new widget is a number: ${id}.`, calls: [n] }] : [];
  });
}

/** Views of a widget that have another id: that of another widget of the run, or one that none has. */
export function otherIds({ timelines }: RuleContext, isOfRun: boolean): Breach[] {
  const ids = new Set(timelines.map(({ id }) => id));
  return timelines.flatMap((timeline): Breach[] => {
    const { id } = timeline;
    const other = viewsIn(timeline).find(({ widget }) => widget["id"] !== id);
    if (!other || ids.has(String(other.widget["id"])) !== isOfRun) return [];
    const message = `The response for ${id} has the id ${JSON.stringify(other.widget["id"])}.`;
    return [{ message, calls: [other.exchange.n] }];
  });
}

/** Answers to other operations that show a widget with another id. */
function idsInAnswers(context: RuleContext): Breach[] {
  const ids = new Map(context.timelines.map(({ widget, id }) => [widget, id]));
  return widgetsInAnswers(context).flatMap(({ exchange: { operation, n, widget = "" }, shown }): Breach[] => {
    if (!ids.has(widget) || shown["id"] === ids.get(widget)) return [];
    return [{ message: `${operation} of ${ids.get(widget)} returned ${shown["id"]}.`, calls: [n] }];
  });
}

/** The widgets in answers to calls that are no gets. A job that answers for a widget has an id of its own, and no name. */
export function widgetsInAnswers({ done }: RuleContext) {
  return done.flatMap((exchange) => {
    const shown = widgetIn(exchange.response?.body);
    const isWidget = shown?.["name"] !== undefined && shown["status"] !== undefined;
    return exchange.caller === "own" && exchange.operation !== "getWidget" && isWidget ? [{ exchange, shown }] : [];
  });
}

function idsOfAnotherForm({ timelines }: RuleContext): Breach[] {
  const [last] = timelines.filter(({ id }) => !id.startsWith("wgt_")).slice(-1);
  return last ? [{ level: "warn", message: "An id does not start with wgt_.", calls: [last.created.n] }] : [];
}

function sameIds({ timelines }: RuleContext): Breach[] {
  const owners = new Map<string, JudgedTimeline>();
  return timelines.flatMap((timeline): Breach[] => {
    const { id, created } = timeline;
    const other = owners.get(id);
    owners.set(id, timeline);
    const calls = other ? [other.created.n, created.n] : [];
    const { script } = timeline;
    return other ? [{ message: `Two creates returned the same id, ${id}.`, calls, ...(script && { script }) }] : [];
  });
}

/** The member that holds the time of the create. */
function timeMember({ document }: RuleContext): string {
  const members = membersOf(document, schemaNamed(document, "WidgetState"));
  return [...members].find(([, schema]) => schema["x-rule"] === "OBJ-14")?.[0] ?? "";
}

/** Widgets whose time of creation changed in lists alone, or elsewhere too. */
export function movedTimes(context: RuleContext, where: "lists" | "everywhere"): Breach[] {
  const name = timeMember(context);
  return context.timelines.flatMap((timeline): Breach[] => {
    const { id, script } = timeline;
    const views = viewsIn(timeline)
      .filter(({ widget }) => widget["id"] === id && typeof widget[name] === "string")
      .map(({ exchange, inList, widget }) => ({ exchange, inList, time: String(widget[name]) }));
    const [first] = views;
    const isMoved = ({ time }: { readonly time: string }) => Date.parse(time) !== Date.parse(first?.time ?? "");
    const moved = first && views.find(isMoved);
    if (!first || !moved) return [];
    const message = `${name} of ${id} changed from ${first.time} to ${moved.time}.`;
    const isOfLists = views.every((one) => one.inList || !isMoved(one));
    const calls = [first.exchange.n, moved.exchange.n];
    return isOfLists === (where === "lists") ? [{ message, calls, script }] : [];
  });
}

/** How far the time of creation may be from the create, in milliseconds: clocks differ. */
const nearMs = 300_000;

/** The first widget whose time of creation is not near its create, by the target's own clock. */
function farTimes(context: RuleContext): Breach[] {
  const name = timeMember(context);
  const { startedAt } = context.history.settings;
  return context.timelines
    .flatMap((timeline): Breach[] => {
      const { created } = timeline;
      const shown = viewsIn(timeline).find(({ widget }) => widget[name] !== undefined);
      const value = widgetIn(created.response?.body)?.[name] ?? shown?.widget[name];
      const told = Date.parse(String(value));
      const there = startedAt === undefined ? Number.NaN : timeOf(created, startedAt);
      // It was made at some time between the call and its answer.
      const apart = Math.max(told - there, there - (created.t1 - created.t0) - told);
      if (Number.isNaN(apart) || apart <= nearMs) return [];
      const message = `${name} is ${value}, but the widget was created at ${new Date(there).toISOString()}.`;
      return [{ level: "warn", message, calls: [created.n] }];
    })
    .slice(0, 1);
}

/** When a call was made, in milliseconds since the epoch: by the answer's own Date, or else by the run's clock. */
function timeOf({ t1, response }: Exchange, startedAt: number): number {
  const date = Date.parse(response?.headers["date"] ?? "");
  return Number.isNaN(date) ? startedAt + t1 : date;
}
