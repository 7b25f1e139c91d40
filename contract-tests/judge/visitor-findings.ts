import type { RuleId } from "../../spec/generated/rules.ts";
import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import { outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { widgetIn } from "../history/views.ts";
import { documentedPersona } from "../plan/values.ts";
import type { Finding } from "./finding.ts";

/** A rule that a visitor's or an inspector's eye has seen kept or broken. */
export interface Sighting {
  readonly rule: RuleId;
  /** What is wrong; undefined where it is kept. */
  readonly says: string | undefined;
}

/** What adapters have told of the rules that the API alone does not show; each beside its control, or not at all. */
export function sightings(history: History): Sighting[] {
  return [...pausing(history), ...recrawling(history), ...deleting(history)];
}

/** The breaches among them. */
export function visitorFindings(history: History): Finding[] {
  return sightings(history).flatMap(({ rule, says }): Finding[] =>
    says === undefined ? [] : [{ rule, level: "fail", says, calls: callsOf(history, rule) }],
  );
}

/** What members of adapters have thrown: faults of the adapter. */
export function adapterErrors({ observations }: History): string[] {
  return observations.flatMap(({ member, when, error }) =>
    error === undefined ? [] : [`${member} (${when}): ${error}`],
  );
}

type Told = JsonObject | undefined;

function toldOf({ observations }: History, widget: string) {
  return (member: string, when: string): Json | undefined =>
    observations.find((one) => one.widget === widget && one.member === member && one.when === when)?.result;
}

function pausing(history: History): Sighting[] {
  if (!wasDone(history, "visitor-pause", "pauseWidget")) return [];
  return [...loading(history), ...starting(history), ...updated(history)];
}

function visits(history: History) {
  const told = toldOf(history, "visitor-pause");
  return (member: string, when: string): Told => {
    const result = told(member, when);
    return isJsonObject(result) ? result : undefined;
  };
}

/** PAUSE-3 and PAUSE-5. */
function loading(history: History): Sighting[] {
  const visit = visits(history);
  const [before, paused] = [visit("loadWidget", "active"), visit("loadWidget", "paused")];
  if (before?.["loads"] !== true || !paused) return [];
  const loads = "It loaded before it was paused, and does not when it is.";
  const seen: Sighting[] = [{ rule: "PAUSE-3", says: paused["loads"] === true ? undefined : loads }];
  const [snippet, pausedSnippet] = [before["snippet"], paused["snippet"]];
  if (typeof snippet !== "string" || typeof pausedSnippet !== "string") return seen;
  const changed = "The snippet changed when it was paused.";
  return [...seen, { rule: "PAUSE-5", says: snippet === pausedSnippet ? undefined : changed }];
}

/** PAUSE-4 and PAUSE-6. */
function starting(history: History): Sighting[] {
  const start = (when: string) => visits(history)("startConversation", when)?.["started"];
  if (start("active") !== true) return [];
  const seen = ["paused", "paused again"].flatMap((when): Sighting[] => {
    const says = start(when) === true ? `A conversation started on the widget when it was ${when}.` : undefined;
    return start(when) === undefined ? [] : [{ rule: "PAUSE-4", says }];
  });
  if (!wasDone(history, "visitor-pause", "resumeWidget")) return seen;
  const resumed = ["resumed", "resumed again"].flatMap((when): Sighting[] => {
    const says = start(when) === true ? undefined : `No conversation started when it was ${when}.`;
    return start(when) === undefined ? [] : [{ rule: "PAUSE-6", says }];
  });
  return [...seen, ...resumed];
}

/** UPDATE-6. */
function updated(history: History): Sighting[] {
  const began = visits(history)("startConversation", "updated");
  const shown = ["persona", "voice"].filter((member) => typeof began?.[member] === "string");
  const isUpdated = wasDone(history, "visitor-pause", "updateWidget") && readsAsWritten(history);
  if (began?.["started"] !== true || shown.length === 0 || !isUpdated) return [];
  const old = shown.filter((member) => began[member] !== documentedPersona[member]);
  const says = `A conversation that started after the update has another ${old.join(" and ")}.`;
  return [{ rule: "UPDATE-6", says: old.length > 0 ? says : undefined }];
}

function recrawling(history: History): Sighting[] {
  const told = toldOf(history, "visitor-recrawl");
  const [before, during, after] = ["active", "recrawling", "recrawled"].map((when) => told("visibleIndex", when));
  const began = told("startConversation", "active");
  const beganDuring = told("startConversation", "recrawling");
  const remains = told("remains", "active");
  const seen: Sighting[] = [];
  const see = (rule: RuleId, isKept: boolean, says: string) => seen.push({ rule, says: isKept ? undefined : says });
  const hasChanged = told("changeSite", "active") !== undefined;
  if (isJsonObject(remains)) {
    see("CREATE-5", Number(remains["pages"]) > 0, "The widget is active and has no crawled page.");
  }
  if (!wasDone(history, "visitor-recrawl", "recrawlWidget")) return seen;
  if (before !== undefined && during !== undefined && isSoon(history)) {
    see("RECRAWL-3", before === during, "Visitors got another index at once, before a crawl can have ended.");
  }
  if (hasChanged && before !== undefined && after !== undefined && isLate(history)) {
    see("RECRAWL-4", before !== after, "The site changed, and visitors still get the index of before the recrawl.");
  }
  if (isJsonObject(began) && began["started"] === true && isJsonObject(beganDuring)) {
    see("RECRAWL-5", beganDuring["started"] === true, "No conversation started during the recrawl.");
  }
  return seen;
}

function deleting(history: History): Sighting[] {
  if (!wasDone(history, "visitor-delete", "deleteWidget")) return [];
  const told = toldOf(history, "visitor-delete");
  const [began, beganAfter] = [told("startConversation", "active"), told("startConversation", "deleted")];
  const remains = leftOver(told("remains", "active"), told("remains", "deleted"));
  if (!isJsonObject(began) || began["started"] !== true || !isJsonObject(beganAfter)) return remains;
  const says = beganAfter["started"] === true ? "A conversation started on the deleted widget." : undefined;
  return [...remains, { rule: "DELETE-9", says }];
}

/** The rule of each part of a widget that goes with it. */
const cascade = { pages: "DELETE-2", conversations: "DELETE-3", domains: "DELETE-4", tools: "DELETE-5" } as const;

/** What is left of a deleted widget; a part of which there was nothing proves nothing. */
function leftOver(before: Json | undefined, after: Json | undefined): Sighting[] {
  if (!isJsonObject(before) || !isJsonObject(after)) return [];
  const parts = Object.entries(cascade).filter(([part]) => Number(before[part]) > 0);
  const seen = parts.map(([part, rule]): Sighting => {
    const left = Number(after[part]);
    return { rule, says: left > 0 ? `${left} of ${before[part]} ${part} are left after the delete.` : undefined };
  });
  const [had, kept] = [Number(before["usageRecords"]), Number(after["usageRecords"])];
  const says = kept < had ? `Of ${had} usage records ${kept} are left after the delete.` : undefined;
  return had > 0 ? [...seen, { rule: "DELETE-7", says }] : seen;
}

/** Whether the last look came when a crawl as long as the longest one seen, and half of it more, must have ended. */
function isLate({ observations, waits, exchanges }: History): boolean {
  const look = observations.find(({ member, when }) => member === "visibleIndex" && when === "recrawled");
  const recrawl = exchanges.find(({ call, script }) => call === "recrawlWidget" && script === "visitor-recrawl");
  const longest = Math.max(...waits.filter(({ ended }) => ended === "active").map(({ from, to }) => to - from));
  return look !== undefined && recrawl !== undefined && look.t0 - recrawl.t1 >= 1.5 * longest;
}

/** Whether the API itself shows what the update wrote: where it does not, another rule is broken. */
function readsAsWritten({ exchanges }: History): boolean {
  const reads = exchanges.filter(({ call, script }) => call === "getWidget" && script === "visitor-pause");
  return reads.some(({ response }) => widgetIn(response?.body)?.["persona"] === documentedPersona["persona"]);
}

/** Whether the calls on a widget of the visitor's lane were accepted: what they led to is to be judged. */
function wasDone({ exchanges }: History, script: string, call: string): boolean {
  const calls = exchanges.filter((exchange) => exchange.script === script && exchange.call === call);
  return calls.length > 0 && calls.every((exchange) => outcomeOf(exchange) === "done");
}

/** Whether the look during the recrawl came before any crawl can have ended: in half the time of the fastest one seen. */
function isSoon({ observations, waits, exchanges }: History): boolean {
  const look = observations.find(({ member, when }) => member === "visibleIndex" && when === "recrawling");
  const recrawl = exchanges.find(({ call, script }) => call === "recrawlWidget" && script === "visitor-recrawl");
  const fastest = Math.min(...waits.filter(({ ended }) => ended === "active").map(({ from, to }) => to - from));
  return look !== undefined && recrawl !== undefined && look.t1 - recrawl.t0 < fastest / 2;
}

function callsOf({ exchanges }: History, rule: RuleId): number[] {
  const script = rule.startsWith("DELETE")
    ? "visitor-delete"
    : /^(RECRAWL|CREATE)/.test(rule)
      ? "visitor-recrawl"
      : "visitor-pause";
  const own = exchanges.filter((exchange) => exchange.script === script && exchange.request.method !== "GET");
  return own.map(({ n }) => n).slice(0, 6);
}
