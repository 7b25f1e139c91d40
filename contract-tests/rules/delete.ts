import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import type { Adapter, Remains } from "../adapter.ts";
import { type Exchange, isDone, isWrite, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { areOfOneSite } from "../history/neighbours.ts";
import type { Observation, ObservedWhen } from "../history/observation.ts";
import { gone } from "../model/life-cycle.ts";
import { anyState } from "../model/state.ts";
import { timesAccepted } from "./calls.ts";
import { refusedAfterRecrawl } from "./crawl-failures.ts";
import { failuresOf, failuresOnDeleted } from "./failures.ts";
import { refusing, touching } from "./hooks.ts";
import type { RuleContext, RuleEntry, ShownCase } from "./rule-entry.ts";
import { withSameIds } from "./same-ids.ts";
import { serverErrorsOf } from "./server-errors.ts";

const ofDeletes = { operation: "deleteWidget", takes: ["deleteWidget"] } as const satisfies RuleEntry;
const ofAnyDelete = { ...ofDeletes, evidence: timesAccepted("deleteWidget") } as const satisfies RuleEntry;

/** A call that touches other widgets touches those that a visitor looks at, and those that an event is about. */
export const hidesOthersViews: NonNullable<RuleEntry["hides"]> = ({ finding: { rule }, by }) =>
  by === "shown" && !["EVENT-1", "EVENT-2", "DELETE-8", "RECRAWL-7"].includes(rule);

/** The rules about deleting a widget, and what goes with it. */
export const deleteRules = {
  "DELETE-1": {
    ...ofAnyDelete,
    watched: serverErrorsOf("deleteWidget"),
    findings: (context) => [
      ...failuresOf("deleteWidget")(context),
      ...refusedAfterRecrawl("deleteWidget")(context),
      ...failuresOnDeleted(context),
      ...withSameIds("deleteWidget", (_, view) => view && "After a delete the widget is still shown.")(context),
    ],
    relaxations: [
      {
        breadth: 24,
        ...refusing("DELETE-1"),
        after: ({ before, exchange, context }) => (context.life.removes(exchange.operation) ? [before] : []),
        // One that may have gone with its site was not deleted.
        fits: ({ state, view }) => view.kind === "shown" && state.phase === gone && !state.isLost,
      },
    ],
    // What was never deleted has left everything.
    hides: ({ finding: { rule }, by }) =>
      by === "shown" && ["DELETE-2", "DELETE-3", "DELETE-4", "DELETE-5", "DELETE-9"].includes(rule),
  },
  "DELETE-2": {
    ...ofDeletes,
    adapter: ["remains"],
    shown: ofEachDelete((deleted) => [...leftOf("pages")(deleted), ...pagesOfLateCrawl(deleted)]),
  },
  "DELETE-3": {
    ...ofDeletes,
    adapter: ["remains", "startConversation"],
    shown: ofEachDelete((deleted) => [...leftOf("conversations")(deleted), ...readableConversation(deleted)]),
  },
  "DELETE-4": { ...ofDeletes, adapter: ["remains"], shown: ofEachDelete(leftOf("domains")) },
  "DELETE-5": { ...ofDeletes, adapter: ["remains"], shown: ofEachDelete(leftOf("tools")) },
  "DELETE-6": {
    ...ofAnyDelete,
    isProof: true,
    relaxations: [
      {
        breadth: 10,
        afterGone: (state, context) => [{ ...state, mayChange: true }, ...anyState(state, context)],
        fits: ({ state, view }) => view.kind === "shown" && state.phase === gone && state.mayChange,
      },
    ],
  },
  "DELETE-7": { ...ofDeletes, adapter: ["remains"], shown: ofEachDelete(keptRecords) },
  "DELETE-8": {
    ...ofAnyDelete,
    shown: takenAlong,
    relaxations: [
      { breadth: 90, ...touching("deleteWidget", "anything") },
      // That it is gone, since another one was deleted, is what is left where nothing else explains that it is not there.
      {
        breadth: 80,
        touches: "deleteWidget",
        needsNoOwnCall: true,
        beside: (state, exchange) => (exchange.operation === "deleteWidget" ? [{ ...state, phase: gone }] : []),
      },
    ],
    // What a delete took is gone for visitors as well.
    hides: (other, ...rest) =>
      hidesOthersViews(other, ...rest) || (other.by === "shown" && other.finding.rule === "RECRAWL-7"),
  },
  "DELETE-9": { ...ofDeletes, adapter: ["startConversation"], shown: ofEachDelete(conversationsAfter) },
} satisfies { readonly [rule: string]: RuleEntry };

/** A widget that was deleted, and what an adapter told of it. */
interface Deleted {
  readonly told: (member: keyof Adapter, when: ObservedWhen) => Json | undefined;
  /** The writes on it, by their numbers. */
  readonly calls: readonly number[];
}

/** Looks at every widget that was deleted. */
function ofEachDelete(casesOf: (deleted: Deleted) => ShownCase[]): (context: RuleContext) => ShownCase[] {
  return ({ history: { observations, exchanges } }) =>
    [...new Set(observations.map(({ widget }) => widget))].flatMap((widget) => {
      const writes = exchanges.filter((one) => one.widget === widget && isWrite(one));
      const deletes = writes.filter(({ operation }) => operation === "deleteWidget");
      if (deletes.length === 0 || !deletes.every((one) => outcomeOf(one) === "done")) return [];
      const told: Deleted["told"] = (member, when) =>
        observations.find((one) => one.widget === widget && one.member === member && one.when === when)?.result;
      return casesOf({ told, calls: writes.map(({ n }) => n) });
    });
}

/** What was told of a widget before its delete and after it, in the middle of a run and at its end. */
function remainsOf({ told }: Deleted) {
  const pairs = [
    [told("remains", "active"), told("remains", "deleted")],
    [told("remains", "leaving"), told("remains", "left")],
  ] as const;
  return pairs.flatMap(([before, after]) => (isJsonObject(before) && isJsonObject(after) ? [{ before, after }] : []));
}

/** What is left of a part of a deleted widget; one of which there was nothing proves nothing. */
function leftOf(part: keyof Remains): (deleted: Deleted) => ShownCase[] {
  return (deleted) =>
    remainsOf(deleted)
      .filter(({ before }) => Number(before[part]) > 0)
      .map(({ before, after }) => {
        const left = Number(after[part]);
        const message = `${left} of ${before[part]} ${part} remain after the delete.`;
        return { message: left > 0 ? message : undefined, calls: deleted.calls };
      });
}

function keptRecords(deleted: Deleted): ShownCase[] {
  return remainsOf(deleted).flatMap(({ before, after }): ShownCase[] => {
    const [had, kept] = [Number(before["usageRecords"]), Number(after["usageRecords"])];
    const message = `Only ${kept} of ${had} usage records remain after the delete.`;
    return had > 0 ? [{ message: kept < had ? message : undefined, calls: deleted.calls }] : [];
  });
}

/** Pages of a crawl that has ended, and that was running when its widget was deleted. */
function pagesOfLateCrawl({ told, calls }: Deleted): ShownCase[] {
  const late = told("remains", "late");
  if (!isJsonObject(late) || typeof late["pages"] !== "number") return [];
  const { pages } = late;
  const message = `${pages} pages exist long after the widget was deleted during a crawl.`;
  return [{ message: pages > 0 ? message : undefined, calls }];
}

function conversationsAfter({ told, calls }: Deleted): ShownCase[] {
  const [before, after] = [told("startConversation", "active"), told("startConversation", "deleted")];
  if (!isJsonObject(before) || before["started"] !== true || !isJsonObject(after)) return [];
  const message = "A conversation started on the deleted widget.";
  return [{ message: after["started"] === true ? message : undefined, calls }];
}

/** A conversation that could be read before the delete, and still can. */
function readableConversation({ told, calls }: Deleted): ShownCase[] {
  const [before, after] = [told("readConversation", "active"), told("readConversation", "deleted")];
  if (!isJsonObject(before) || after === undefined) return [];
  const message = "A conversation of the deleted widget can still be read.";
  return [{ message: isJsonObject(after) ? message : undefined, calls }];
}

/** The parts of a widget that no script empties, by their names: what goes of them was taken. */
const keptParts = { pages: "pages", tools: "tools", domains: "domains", usageRecords: "usage records" } as const;

/** Whether nobody has done anything to a widget before a look at it. */
function isLeftAlone({ widget, came }: Observation, { exchanges }: History): boolean {
  return !exchanges.some((one) => one.widget === widget && one.began < came && changes(one));
}

/**
 * Whether conversations of a widget for another site, which were there nearly as early, are there later than a look: those of
 * a service that ends them by itself are gone anyway.
 */
function keepsConversations(early: Observation, late: Observation, history: History): boolean {
  const looks = history.observations.filter(
    ({ member, widget, result }) =>
      member === "remains" && isJsonObject(result) && !areOfOneSite(widget, late.widget, history),
  );
  const countIn = ({ result }: Observation) => (isJsonObject(result) ? Number(result["conversations"]) : 0);
  return looks.some(
    (one) =>
      countIn(one) > 0 &&
      one.t0 - early.t1 < late.t0 - one.t0 &&
      looks.some((other) => other.widget === one.widget && other.came > late.came && countIn(other) >= countIn(one)),
  );
}

/** Whether a call may change a widget that is there. */
function changes(one: Exchange): boolean {
  return isWrite(one) && one.operation !== "createWidget" && (outcomeOf(one) !== "refused" || one.caller !== "own");
}

/** What is gone of a widget that is there, after another one of its site was deleted. */
function takenAlong({ history }: RuleContext): ShownCase[] {
  const { observations, exchanges } = history;
  const creates = exchanges.filter((one) => isDone(one, "createWidget"));
  const deletes = exchanges.filter((one) => isDone(one, "deleteWidget"));
  const looks = observations.filter(({ member, result }) => member === "remains" && isJsonObject(result));
  return looks
    .filter(({ when }) => when === "leaving" || when === "meanwhile")
    .flatMap((late) => {
      const early = looks
        .filter((one) => one.widget === late.widget && one.came < late.came && one.when !== "leaving")
        .at(-1);
      const taking = deletes.find(
        ({ widget = "", began, ended }) =>
          widget !== late.widget &&
          areOfOneSite(widget, late.widget, history) &&
          began > (early?.came ?? late.came) &&
          ended < late.came,
      );
      if (!early || !taking) return [];
      const [before, after] = [early.result as JsonObject, late.result as JsonObject];
      const areTold = isLeftAlone(late, history) && keepsConversations(early, late, history);
      return Object.entries({ ...keptParts, ...(areTold ? { conversations: "conversations" } : {}) })
        .filter(([part]) => Number(before[part]) > 0)
        .map(([part, name]) => {
          const left = Number(after[part]);
          const isLess = part === "conversations" ? left < Number(before[part]) : left === 0;
          const message = `${before[part]} ${name} were there of a widget, and ${left || "none"} after another one of its site was deleted.`;
          const calls = creates
            .filter(({ widget }) => widget === late.widget || widget === taking.widget)
            .map(({ n }) => n);
          return { message: isLess ? message : undefined, calls: [...calls, taking.n] };
        });
    });
}
