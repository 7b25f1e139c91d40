import type { WidgetsDocument } from "../../spec/document.ts";
import { isJsonObject, type JsonObject } from "../../spec/merge-patch.ts";
import { type Exchange, isWrite, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { areConcurrent, exchangesIn, type Timeline } from "../history/timeline.ts";
import { widgetIn } from "../history/views.ts";
import { fastestOf } from "../history/window.ts";
import { failedDraftStatuses } from "./statuses.ts";

/** A call with a response, and the states of the life cycle that its widget may have been in. */
export interface CallInState {
  readonly exchange: Exchange;
  readonly status: number;
  /** Names of states in the document. */
  readonly states: readonly string[];
}

/** What is known of a widget at one moment; undefined is unknown. */
interface KnownState {
  readonly phase: "draft" | "active" | "paused" | "gone" | undefined;
  readonly isCrawling: boolean | undefined;
  /** When the newest crawl was requested, in milliseconds since the run began. */
  readonly crawlFrom: number;
}

const unknown: KnownState = { phase: undefined, isCrawling: undefined, crawlFrom: 0 };

/** The calls on widgets whose state is certain: by the reads before and after, or by the time. */
export function callsInState(
  document: WidgetsDocument,
  history: History,
  timelines: readonly Timeline[],
): CallInState[] {
  const onOthersWidgets = history.exchanges.filter(
    ({ caller, probe, widget, operation }) =>
      (probe ? widget === undefined : caller === "other") &&
      operation !== "listWidgets" &&
      operation !== "createWidget",
  );
  const minCrawlMs = certainCrawlMs(history);
  const failedStatuses = new Set(failedDraftStatuses(document).keys());
  return [
    ...onOthersWidgets.flatMap((exchange) => callInState(exchange, ["unknown"])),
    ...timelines.flatMap((timeline) => callsOnWidget(document, timeline, { minCrawlMs, failedStatuses })),
  ];
}

/** Milliseconds for which a crawl certainly runs: half of the shortest that the fastest one can have taken. */
function certainCrawlMs({ waits }: History): number {
  const fastest = fastestOf(waits);
  // It may have ended just after the poll before the last one.
  return Number.isFinite(fastest) ? Math.max(0, (fastest - Math.max(1000, fastest / 10)) / 2) : 0;
}

function callInState(exchange: Exchange, states: readonly string[]): CallInState[] {
  const { status = 500 } = exchange.response ?? {};
  return status < 500 && status !== 429 ? [{ exchange, status, states }] : [];
}

/** What the state of a widget is told from, besides its timeline. */
interface StateClues {
  readonly minCrawlMs: number;
  /** Statuses that a widget may show whose first crawl failed. */
  readonly failedStatuses: ReadonlySet<string>;
}

function callsOnWidget(document: WidgetsDocument, timeline: Timeline, clues: StateClues): CallInState[] {
  const calls = callsOf(timeline);
  let known = unknown;
  return calls.flatMap((exchange, index) => {
    const isRaced = calls.some((other) => other !== exchange && isWrite(other) && areConcurrent(other, exchange));
    const before = isRaced ? unknown : stateAtCall(known, exchange, { later: calls.slice(index + 1), ...clues });
    known = isRaced && isWrite(exchange) ? unknown : stateAfterCall(before, exchange, clues);
    if (exchange.operation === "createWidget") return callInState(exchange, ["new"]);
    // Whether a page may start a conversation does not depend on the widget's state.
    const isOfPage = exchange.request.headers?.["origin"] !== undefined;
    const isAllowed = (exchange.caller === "own" || exchange.probe !== undefined) && !isOfPage;
    return isAllowed ? callInState(exchange, statesFor(document, before)) : [];
  });
}

/** The calls on a widget but those of other organizations, in the order in which they began. */
function callsOf(timeline: Timeline): Exchange[] {
  const isOwn = ({ operation, caller }: Exchange) => operation !== "listWidgets" && caller !== "other";
  return [timeline.created, ...exchangesIn(timeline).filter(isOwn)].sort((a, b) => a.began - b.began);
}

/** The state when a call is made: since the last read a draft may have become active, and a crawl may have ended. */
function stateAtCall(
  known: KnownState,
  exchange: Exchange,
  { later, minCrawlMs }: StateClues & { readonly later: readonly Exchange[] },
): KnownState {
  const isSoon = exchange.t1 - known.crawlFrom < minCrawlMs;
  // A rejected call changes nothing: a crawl that runs after it ran before.
  const runsOn = outcomeOf(exchange) === "refused" && crawlIn(widgetShownBy(later[0]) ?? {}) === true;
  if (runsOn && known.isCrawling === false) return unknown;
  const isCrawling = known.isCrawling && !isSoon && !runsOn ? undefined : known.isCrawling;
  if (known.phase !== "draft") return { ...known, isCrawling };
  // A draft whose crawl failed remains one, and one that is shown later was one all the time (LIFE-4).
  const isStillDraft =
    isSoon || known.isCrawling === false || later.some((read) => widgetShownBy(read)?.["status"] === "draft");
  return isStillDraft ? { ...known, isCrawling } : unknown;
}

function stateAfterCall(before: KnownState, exchange: Exchange, clues: StateClues): KnownState {
  const outcome = outcomeOf(exchange);
  if (exchange.operation === "getWidget") return stateAfterRead(before, exchange, clues);
  if (!isWrite(exchange) || outcome === "refused") return before;
  const { operation, response, t0 } = exchange;
  const isAsynchronous = operation === "deleteWidget" && response?.status === 202;
  if (outcome === "unknown" || isAsynchronous) return unknown;
  return effects[operation]?.(before, t0) ?? before;
}

const effects: { readonly [operationId: string]: (before: KnownState, t0: number) => KnownState } = {
  createWidget: (_, t0) => ({ phase: "draft", isCrawling: true, crawlFrom: t0 }),
  pauseWidget: (before) => ({ ...before, phase: before.phase && "paused" }),
  // A widget that was paused as a draft is one again, or is active by now.
  resumeWidget: (before) =>
    before.phase === "active" || before.isCrawling === false ? { ...before, phase: "active" } : unknown,
  recrawlWidget: (before, t0) => ({ ...before, isCrawling: true, crawlFrom: t0 }),
  deleteWidget: (before) => ({ ...before, phase: "gone", isCrawling: false }),
};

function stateAfterRead(before: KnownState, exchange: Exchange, { failedStatuses }: StateClues): KnownState {
  if (before.phase === "gone") return before;
  const widget = widgetShownBy(exchange);
  const status = widget?.["status"];
  if (!widget || typeof status !== "string") return unknown;
  const crawl = crawlIn(widget);
  const wasDraft = before.phase === "draft" || before.phase === undefined;
  if (status === "draft") return { ...before, phase: "draft", isCrawling: crawl ?? (before.isCrawling || undefined) };
  // An active widget that was never recrawled is not being crawled.
  const isCrawling = crawl ?? (status === "active" && wasDraft ? false : before.isCrawling);
  if (failedStatuses.has(status) && wasDraft && crawl !== true) return { ...before, phase: "draft", isCrawling: false };
  if (status === "active") return { ...before, phase: "active", isCrawling };
  return { ...before, phase: before.phase === "paused" ? "paused" : undefined, isCrawling };
}

function widgetShownBy(read: Exchange | undefined): JsonObject | undefined {
  return read?.operation === "getWidget" && outcomeOf(read) === "done" ? widgetIn(read.response?.body) : undefined;
}

function crawlIn({ last_crawl: crawl }: JsonObject): boolean | undefined {
  return isJsonObject(crawl) && typeof crawl["status"] === "string" ? crawl["status"] === "running" : undefined;
}

/** The states of the document that fit what is known. */
function statesFor(document: WidgetsDocument, { phase, isCrawling }: KnownState): string[] {
  if (phase === undefined) return [];
  return Object.entries(document["x-lifecycle"].states)
    .filter(([state, { shows, crawling }]) => {
      // Only some dialects have states of a draft that was paused, and no read tells them from the other paused ones.
      const isInPhase = phase === "gone" ? shows === null : shows === phase && !state.startsWith("paused-f");
      return isInPhase && (isCrawling === undefined || crawling === isCrawling);
    })
    .map(([state]) => state);
}

/** Phrases for the states of the life cycle. */
const statePhrases: { readonly [state: string]: string } = {
  "draft-crawling": "a draft",
  "draft-failed": "a draft whose crawl failed",
  active: "an active widget",
  "active-recrawling": "an active widget during a crawl",
  paused: "a paused widget",
  "paused-recrawling": "a paused widget during a crawl",
};

/** Describes a response: operation, state of the widget where it matters, and status. */
export function callText({ exchange: { operation }, status, states: [state = ""] }: CallInState): string {
  if (state === "unknown") return `an unknown id, or one of another organization, returns ${status}`;
  if (state === "gone" && operation !== "deleteWidget") return `a deleted widget returns ${status}`;
  if (state === "gone") return `deleteWidget of a deleted widget returns ${status}`;
  const dependsOnCrawl = operation === "recrawlWidget" || operation === "deleteWidget";
  const phrase = statePhrases[dependsOnCrawl ? state : state.replace(/-recrawling$/, "")];
  return phrase === undefined ? statusText(operation, status) : `${operation} of ${phrase} returns ${status}`;
}

/** Describes a status in any state. */
export function statusText(operation: string, status: number): string {
  return `${operation} returns ${status}`;
}
