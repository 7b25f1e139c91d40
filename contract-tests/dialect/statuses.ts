import type { WidgetsDocument } from "../../spec/document.ts";
import { isJsonObject, type JsonObject } from "../../spec/merge-patch.ts";
import type { Exchange } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import {
  acceptedWrites,
  callsIn,
  exchangesIn,
  getAfter,
  getBefore,
  getsIn,
  type Timeline,
  viewsIn,
  writesIn,
} from "../history/timeline.ts";
import { longestOf } from "../history/window.ts";
import { choiceDocuments, choicesFor } from "./choice-rules.ts";
import type { Chosen, DialectContext, DialectObservation, Shown } from "./observation.ts";

/** Observes which statuses widgets show (A-ENUM-1), also after a failed first crawl (A-FAIL-1). */
export function observeStatuses({ published, history, timelines }: DialectContext): DialectObservation[] {
  const ordinary = timelines.filter(({ created }) => created.probe === undefined);
  const shown = ordinary.flatMap(statusesIn).sort((a, b) => a.call.n - b.call.n);
  const paused = ordinary.flatMap(statusesAfterPause);
  const assumed = Object.keys(published["x-lifecycle"].states).map((state) => statusOf(published, state));
  const known = new Set([...assumed, ...paused.map(({ status }) => status)]);
  const drafts = new Set(ordinary.flatMap(draftStatuses));
  const observe = (call: Exchange, what: Shown): DialectObservation => ({ rule: "A-ENUM-1", calls: [call], ...what });
  return [
    ...paused.map(({ status, call }) => observe(call, shownByPaused(published, status))),
    ...shown
      .filter(({ status }) => !known.has(status))
      .map(({ status, call }) => observe(call, { deviation: `a status may be ${status}` })),
    ...timelines.flatMap((timeline) => observeFailedCrawl(published, timeline, { history, drafts })),
  ];
}

interface ShownStatus {
  readonly status: string;
  readonly call: Exchange;
}

function statusesIn(timeline: Timeline): ShownStatus[] {
  return viewsIn(timeline).flatMap(({ exchange: call, widget: { status } }) =>
    typeof status === "string" ? [{ status, call }] : [],
  );
}

/** The statuses until a widget was active: after a failed first crawl it may go on showing one of them. */
function draftStatuses(timeline: Timeline): string[] {
  const statuses = statusesIn(timeline).map(({ status }) => status);
  const active = statuses.indexOf("active");
  return active === -1 ? statuses : statuses.slice(0, active);
}

/** What an active widget shows right after a pause. */
function statusesAfterPause(timeline: Timeline): ShownStatus[] {
  const writes = writesIn(timeline);
  return acceptedWrites(timeline, "pauseWidget").flatMap((pause) => {
    const after = getAfter(timeline, pause);
    const status = after?.widget["status"];
    const isNext = !writes.some(({ began }) => after && began > pause.began && began < after.exchange.began);
    const wasActive = getBefore(timeline, pause)?.widget["status"] === "active";
    const isOfPause = typeof status === "string" && status !== "draft" && status !== "active";
    return wasActive && isNext && after && isOfPause ? [{ status, call: after.exchange }] : [];
  });
}

/** The choice of A-ENUM-1 that a status of a paused widget shows. */
function shownByPaused(document: WidgetsDocument, status: string): Shown {
  const choices = choicesFor(document, "A-ENUM-1");
  if (statusOf(document, "paused") === status) return { choice: choices[0]?.choice };
  for (const { choice, values = {} } of choices) {
    const [[name, pattern] = []] = Object.entries(values);
    if (name !== undefined && pattern !== undefined && new RegExp(pattern, "u").test(status)) {
      return { choice: { choice, [name]: status } as Chosen };
    }
  }
  return { deviation: `the status of a paused widget is ${status}` };
}

/** The status that the document has for a state of the life cycle. */
function statusOf(document: WidgetsDocument, state: string): string | undefined {
  return document["x-lifecycle"].states[state]?.shows ?? undefined;
}

/** The statuses after a failed first crawl, and the choice of A-FAIL-1 that has each. */
export function failedDraftStatuses(document: WidgetsDocument): ReadonlyMap<string, string> {
  return new Map(
    choiceDocuments(document, "A-FAIL-1").flatMap(({ choice, document: chosen }) => {
      const status = statusOf(chosen, "draft-failed");
      return status === undefined ? [] : [[status, choice] as const];
    }),
  );
}

/** A-FAIL-1: what a widget shows whose site cannot be crawled, long after other widgets became active. */
function observeFailedCrawl(
  document: WidgetsDocument,
  timeline: Timeline,
  { history, drafts }: { readonly history: History; readonly drafts: ReadonlySet<string> },
): DialectObservation[] {
  const { created } = timeline;
  const read = exchangesIn(timeline).findLast(({ probe }) => probe === "A-FAIL-1");
  const longestMs = longestOf(history.waits);
  if (!read || longestMs <= 0 || read.t0 - created.t1 < 1.5 * longestMs) return [];
  const observation = { rule: "A-FAIL-1", calls: [created, read] } as const;
  const get = getsIn(timeline).find(({ exchange }) => exchange === read);
  if (!get) {
    const isDeleted = callsIn(timeline).some((one) => one.operation === "deleteWidget" && one.began < read.began);
    const isGone = [404, 410].includes(read.response?.status ?? 0) && !isDeleted;
    return isGone ? [{ ...observation, deviation: "a widget whose first crawl fails is removed" }] : [];
  }
  const { status } = get.widget;
  // An active widget that says nothing of a failure may have a site that can be crawled after all.
  if (typeof status !== "string" || (status === "active" && !hasFailedCrawl(get.widget))) return [];
  const usual = drafts.has(status) ? (statusOf(document, "draft-failed") ?? status) : status;
  const choice = failedDraftStatuses(document).get(usual);
  if (choice !== undefined) return [{ ...observation, choice }];
  return [{ ...observation, deviation: `the status after a failed first crawl is ${status}` }];
}

function hasFailedCrawl({ last_crawl: crawl }: JsonObject): boolean {
  return isJsonObject(crawl) && crawl["status"] === "failed";
}
