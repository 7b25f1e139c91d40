import type { RuleId } from "../../spec/generated/rules.ts";
import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import { outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import type { Observation } from "../history/observation.ts";
import { widgetIn } from "../history/views.ts";
import { documentedPersona } from "../plan/values.ts";
import type { Finding } from "./finding.ts";
import { recrawlSightings } from "./recrawl-sightings.ts";
import { breaches, type Sighting } from "./sighting.ts";

/** What adapters have told of the rules that the API alone does not show; each beside its control, or not at all. */
export function sightings(history: History): Sighting[] {
  return [...crawling(history), ...pausing(history), ...recrawlSightings(history), ...deleting(history)];
}

/** The breaches among them. */
export function visitorFindings(history: History): Finding[] {
  return breaches(sightings(history).map((sighting) => ({ calls: callsOf(history, sighting.rule), ...sighting })));
}

/** What members of adapters have thrown: faults of the adapter. */
export function adapterErrors({ observations }: History): string[] {
  return observations.flatMap(({ member, when, error }) =>
    error === undefined ? [] : [`${member} (${when}): ${error}`],
  );
}

type Told = JsonObject | undefined;

/** CREATE-5 and LIFE-2: what was crawled of each widget when it was first seen active, and some time later. */
function crawling(history: History): Sighting[] {
  const pages = ({ result }: Observation) => (isJsonObject(result) ? Number(result["pages"]) : Number.NaN);
  return history.observations
    .filter((one) => one.when === "arrived" && !Number.isNaN(pages(one)))
    .flatMap((arrived): Sighting[] => {
      const { widget } = arrived;
      if (pages(arrived) > 0)
        return [
          { rule: "CREATE-5", says: undefined },
          { rule: "LIFE-2", says: undefined },
        ];
      const settled = history.observations.find((one) => one.widget === widget && one.when === "settled");
      if (!settled || Number.isNaN(pages(settled))) return [];
      const none = "The widget is active, and no page of its site has been crawled.";
      const early = `The widget was active before its first crawl had ended: no page was crawled, and ${pages(settled)} were later.`;
      return pages(settled) > 0 ? [{ rule: "LIFE-2", says: early }] : [{ rule: "CREATE-5", says: none }];
    });
}

function toldOf({ observations }: History, widget: string) {
  return (member: string, when: string): Json | undefined =>
    observations.find((one) => one.widget === widget && one.member === member && one.when === when)?.result;
}

function pausing(history: History): Sighting[] {
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
  const seen = ["paused", "paused recrawling"].flatMap((when): Sighting[] => {
    const look = visit("loadWidget", when);
    const says = `It loaded before it was paused, and does not when it is ${when}.`;
    return look ? [{ rule: "PAUSE-3", says: look["loads"] === true ? undefined : says }] : [];
  });
  const [snippet, pausedSnippet] = [before["snippet"], paused["snippet"]];
  if (typeof snippet !== "string" || typeof pausedSnippet !== "string") return seen;
  const changed = "The snippet changed when it was paused.";
  return [...seen, { rule: "PAUSE-5", says: snippet === pausedSnippet ? undefined : changed }];
}

/** PAUSE-4 and PAUSE-6. */
function starting(history: History): Sighting[] {
  const start = (when: string) => visits(history)("startConversation", when)?.["started"];
  if (start("active") !== true) return [];
  const seen = ["paused", "paused again", "paused recrawling"].flatMap((when): Sighting[] => {
    const says = start(when) === true ? `A conversation started on the widget when it was ${when}.` : undefined;
    return start(when) === undefined ? [] : [{ rule: "PAUSE-4", says }];
  });
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
  const isUpdated = readsAsWritten(history);
  if (began?.["started"] !== true || shown.length === 0 || !isUpdated) return [];
  const old = shown.filter((member) => began[member] !== documentedPersona[member]);
  const says = `A conversation that started after the update has another ${old.join(" and ")}.`;
  return [{ rule: "UPDATE-6", says: old.length > 0 ? says : undefined }];
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

function callsOf({ exchanges }: History, rule: RuleId): number[] {
  const script = rule.startsWith("DELETE")
    ? "visitor-delete"
    : /^(RECRAWL|CREATE)/.test(rule)
      ? "visitor-recrawl"
      : "visitor-pause";
  const own = exchanges.filter((exchange) => exchange.script === script && exchange.request.method !== "GET");
  return own.map(({ n }) => n).slice(0, 6);
}
