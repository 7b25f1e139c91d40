import type { RuleId } from "../../spec/generated/rules.ts";
import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import type { History } from "../history/history.ts";
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
  const told = toldOf(history, "visitor-pause");
  const object = (member: string, when: string): Told => {
    const result = told(member, when);
    return isJsonObject(result) ? result : undefined;
  };
  const [loaded, loadedPaused] = [object("loadWidget", "active"), object("loadWidget", "paused")];
  const [began, beganPaused, beganResumed, beganUpdated] = ["active", "paused", "resumed", "updated"].map((when) =>
    object("startConversation", when),
  );
  const seen: Sighting[] = [];
  const see = (rule: RuleId, isKept: boolean, says: string) => seen.push({ rule, says: isKept ? undefined : says });
  if (loaded?.["loads"] === true && loadedPaused) {
    see("PAUSE-3", loadedPaused["loads"] === true, "It loaded before it was paused, and does not when it is.");
    if (typeof loaded["snippet"] === "string" && typeof loadedPaused["snippet"] === "string") {
      see("PAUSE-5", loaded["snippet"] === loadedPaused["snippet"], "The snippet changed when it was paused.");
    }
  }
  if (began?.["started"] === true) {
    if (beganPaused) see("PAUSE-4", beganPaused["started"] !== true, "A conversation started on the paused widget.");
    if (beganResumed) see("PAUSE-6", beganResumed["started"] === true, "No conversation started after the resume.");
  }
  const shown = ["persona", "voice"].filter((member) => typeof beganUpdated?.[member] === "string");
  if (beganUpdated?.["started"] === true && shown.length > 0) {
    const old = shown.filter((member) => beganUpdated[member] !== documentedPersona[member]);
    see("UPDATE-6", old.length === 0, `A conversation that started after the update has another ${old.join(" and ")}.`);
  }
  return seen;
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
  if (before !== undefined && during !== undefined && isSoon(history)) {
    see("RECRAWL-3", before === during, "Visitors got another index at once, before a crawl can have ended.");
  }
  if (hasChanged && before !== undefined && after !== undefined) {
    see("RECRAWL-4", before !== after, "The site changed, and visitors still get the index of before the recrawl.");
  }
  if (isJsonObject(began) && began["started"] === true && isJsonObject(beganDuring)) {
    see("RECRAWL-5", beganDuring["started"] === true, "No conversation started during the recrawl.");
  }
  if (isJsonObject(remains))
    see("CREATE-5", Number(remains["pages"]) > 0, "The widget is active and has no crawled page.");
  return seen;
}

function deleting(history: History): Sighting[] {
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
