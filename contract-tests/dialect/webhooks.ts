import type { WidgetsDocument } from "../../spec/document.ts";
import { isJsonObject, type JsonObject } from "../../spec/merge-patch.ts";
import { schemaNamed } from "../../spec/schema.ts";
import type { SeenEvent } from "../history/event.ts";
import { recrawlRounds } from "../history/recrawls.ts";
import { acceptedWrites, type Timeline, writesIn } from "../history/timeline.ts";
import { type DialectContext, type DialectObservation, joinWords } from "./observation.ts";

/** Fewer events show nothing about repetition. */
const minEvents = 3;
/** What is sent at the end of a crawl may take this long. */
const deliveryMs = 5000;

/** Observes the form of webhooks (A-EVENT-1), repetition (A-EVENT-2), and what recrawls send (A-EVENT-3). */
export function observeWebhooks(context: DialectContext): DialectObservation[] {
  const { events } = context.history;
  return [
    ...events.filter(({ isReady }) => isReady).map((event) => observeForm(context.document, event)),
    ...observeRepetition(events),
    ...observeRecrawlEvents(context),
  ];
}

function observeForm(document: WidgetsDocument, { isSigned, body }: SeenEvent): DialectObservation {
  const words = [
    ...(isSigned === false ? ["webhooks are not signed as in Standard Webhooks"] : []),
    ...bodyDeviations(document, isJsonObject(body) ? body : {}),
  ];
  return { rule: "A-EVENT-1", calls: [], deviation: joinWords(words) };
}

function bodyDeviations(document: WidgetsDocument, body: JsonObject): string[] {
  const { required = [] } = schemaNamed(document, "WidgetReadyEvent");
  const missing = required.filter((name) => !(name in body));
  if (missing.length > 0) return [`webhooks have no ${missing.join(", ")}`];
  const { data } = body;
  const isWhole = isJsonObject(data) && (schemaNamed(document, "Widget").required ?? []).every((name) => name in data);
  return isWhole ? [] : ["the data of webhooks is not the whole widget"];
}

function observeRepetition(events: readonly SeenEvent[]): DialectObservation[] {
  const ids = events.flatMap(({ id, widget }) => (id === undefined ? [] : [`${id} ${widget}`]));
  if (ids.length < minEvents) return [];
  return [{ rule: "A-EVENT-2", choice: new Set(ids).size < ids.length ? "unruly" : "once", calls: [] }];
}

/** That nothing came of one recrawl shows nothing if something came of another. */
function observeRecrawlEvents(context: DialectContext): DialectObservation[] {
  const all = context.timelines.flatMap((timeline) => observeRecrawlEvent(context, timeline));
  const every = all.filter(({ choice }) => choice === "every");
  return every.length > 0 ? every : all;
}

/** What came by the time a recrawl must have ended; the same event again does not count. */
function observeRecrawlEvent({ history }: DialectContext, timeline: Timeline): DialectObservation[] {
  const ready = timeline.moments
    .flatMap((moment) => (moment.kind === "event" ? [moment.event] : []))
    .filter(({ isReady, id }) => isReady && id !== undefined);
  const [recrawl] = acceptedWrites(timeline, "recrawlWidget");
  const [first] = ready;
  if (!recrawl || !first || first.came > recrawl.began) return [];
  const observation = { rule: "A-EVENT-3", calls: [recrawl] } as const;
  if (ready.some(({ id, came }) => id !== first.id && came > recrawl.ended)) {
    return [{ ...observation, choice: "every" }];
  }
  const deleted = writesIn(timeline).find(({ operation }) => operation === "deleteWidget");
  const until = Math.min(deleted?.t0 ?? Number.POSITIVE_INFINITY, history.settings.endedMs);
  const { end } = recrawlRounds(history, timeline.widget)[0] ?? {};
  const isLate = end !== undefined && until - end.t >= deliveryMs;
  return isLate ? [{ ...observation, choice: "first" }] : [];
}
