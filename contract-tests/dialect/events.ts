import type { WidgetsDocument } from "../../spec/document.ts";
import { isJsonObject, type JsonObject } from "../../spec/merge-patch.ts";
import { schemaNamed } from "../../spec/schema.ts";
import type { SeenEvent } from "../history/event.ts";
import { outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { longestOf } from "../history/window.ts";
import type { Watched } from "./looks.ts";
import type { Sight } from "./sight.ts";

/** How events come, and what they look like; nothing where none came. */
export function eventSights(document: WidgetsDocument, history: History, watched: readonly Watched[]): Sight[] {
  const { events } = history;
  return [
    ...events.filter(({ isReady }) => isReady).map((event) => form(document, event)),
    ...repeats(events),
    ...ofRecrawls(history, watched),
  ];
}

/** A-EVENT-1. */
function form(document: WidgetsDocument, { isSigned, body }: SeenEvent): Sight {
  const words = [
    ...(isSigned === false ? ["events are not signed by Standard Webhooks"] : []),
    ...bodyWords(document, isJsonObject(body) ? body : {}),
  ];
  return { rule: "A-EVENT-1", calls: [], ...(words.length > 0 ? { otherwise: words.join("; ") } : {}) };
}

function bodyWords(document: WidgetsDocument, body: JsonObject): string[] {
  const { required = [] } = schemaNamed(document, "WidgetReadyEvent");
  const lacks = required.filter((name) => !(name in body));
  if (lacks.length > 0) return [`events have no ${lacks.join(", ")}`];
  const { data } = body;
  const isWhole = isJsonObject(data) && (schemaNamed(document, "Widget").required ?? []).every((name) => name in data);
  return isWhole ? [] : ["the data of events are not the whole widget"];
}

/** So many events have to come once before it is said that they do. */
const fewEvents = 3;

/** A-EVENT-2: what was taken with a 2xx comes again, or does not. */
function repeats(events: readonly SeenEvent[]): Sight[] {
  const ids = events.flatMap(({ id, widget }) => (id === undefined ? [] : [`${id} ${widget}`]));
  if (ids.length < fewEvents) return [];
  return [{ rule: "A-EVENT-2", choice: new Set(ids).size < ids.length ? "unruly" : "once", calls: [] }];
}

/** What is sent when a crawl has ended may take a moment. */
const onItsWayMs = 5000;

/** A-EVENT-3: what comes of recrawls. That nothing came of one says nothing where something came of another one. */
function ofRecrawls(history: History, watched: readonly Watched[]): Sight[] {
  const all = watched.flatMap((one) => afterRecrawl(history, one));
  const every = all.filter(({ choice }) => choice === "every");
  return every.length > 0 ? every : all;
}

/** What comes when a recrawl must have ended; the same event again is no other one. */
function afterRecrawl({ events, settings, waits }: History, { name, writes }: Watched): Sight[] {
  const ready = events.filter(({ widget, isReady, id }) => widget === name && isReady && id !== undefined);
  const recrawl = writes.find((write) => write.operation === "recrawlWidget" && outcomeOf(write) === "done");
  const [first] = ready;
  if (!recrawl || !first || first.came > recrawl.began) return [];
  const calls = [recrawl.n];
  if (ready.some(({ id, came }) => id !== first.id && came > recrawl.ended)) {
    return [{ rule: "A-EVENT-3", choice: "every", calls }];
  }
  const deleted = writes.find(({ operation }) => operation === "deleteWidget");
  const until = Math.min(deleted?.t0 ?? Number.POSITIVE_INFINITY, settings.endedMs);
  const isLate = until - recrawl.t1 >= longestOf(waits) + onItsWayMs;
  return isLate ? [{ rule: "A-EVENT-3", choice: "first", calls }] : [];
}
