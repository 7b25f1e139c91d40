import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import { outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import type { Sighting } from "./sighting.ts";

/** What is left of widgets that were deleted (DELETE-2 to DELETE-5, DELETE-7, DELETE-9). */
export function deleteSightings(history: History): Sighting[] {
  return [...new Set(history.observations.map(({ widget }) => widget))].flatMap((widget) => {
    if (!wasDone(history, widget, "deleteWidget")) return [];
    const writes = history.exchanges.filter((one) => one.widget === widget && one.request.method !== "GET");
    return deleted(history, widget).map((one) => ({ ...one, calls: writes.map(({ n }) => n) }));
  });
}

/** What was told of one widget before its delete and after it, in the middle of a run or at its end. */
function deleted(history: History, widget: string): Sighting[] {
  const told = toldOf(history, widget);
  const [began, beganAfter] = [told("startConversation", "active"), told("startConversation", "deleted")];
  const remains = [
    ...leftOver(told("remains", "active"), told("remains", "deleted")),
    ...leftOver(told("remains", "leaving"), told("remains", "left")),
    ...leftByCrawl(told("remains", "late")),
  ];
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

/** DELETE-2, where a crawl has ended that was running when its widget was deleted. */
function leftByCrawl(late: Json | undefined): Sighting[] {
  if (!isJsonObject(late) || typeof late["pages"] !== "number") return [];
  const { pages } = late;
  const says = `${pages} pages are there, long after the widget was deleted while it was crawled.`;
  return [{ rule: "DELETE-2", says: pages > 0 ? says : undefined }];
}

function toldOf({ observations }: History, widget: string) {
  return (member: string, when: string): Json | undefined =>
    observations.find((one) => one.widget === widget && one.member === member && one.when === when)?.result;
}

/** Whether the calls on a widget were accepted: what they led to is to be judged. */
function wasDone({ exchanges }: History, widget: string, call: string): boolean {
  const calls = exchanges.filter((exchange) => exchange.widget === widget && exchange.operation === call);
  return calls.length > 0 && calls.every((exchange) => outcomeOf(exchange) === "done");
}
