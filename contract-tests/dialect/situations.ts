import type { WidgetsDocument } from "../../spec/document.ts";
import { isJsonObject, type JsonObject } from "../../spec/merge-patch.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { widgetIn } from "../history/views.ts";
import { type FailureWords, failureWords } from "./status-words.ts";

/** A call that was answered, and the states of the life cycle that its widget may have been in. */
export interface Situation {
  readonly exchange: Exchange;
  readonly status: number;
  /** Names of states, as the document has them. */
  readonly states: readonly string[];
}

type Phase = "draft" | "active" | "paused" | "gone";

/** What is known of a widget at one moment; what is not known is undefined. */
interface Known {
  readonly phase: Phase | undefined;
  readonly isCrawling: boolean | undefined;
  /** When the newest crawl was asked for, in milliseconds since the run began. */
  readonly crawlFrom: number;
}

const unknown: Known = { phase: undefined, isCrawling: undefined, crawlFrom: 0 };

/** The calls about widgets whose states are known for sure: by what was read before and after, or by the time. */
export function situationsOf(document: WidgetsDocument, history: History): Situation[] {
  const answered = history.exchanges.filter((exchange) => isAnswer(exchange));
  const foreign = answered.filter(({ caller, probe, widget }) => caller === "other" || (probe && widget === undefined));
  const strangers = foreign
    .filter(({ operation }) => operation !== "listWidgets" && operation !== "createWidget")
    .flatMap((exchange) => situation(exchange, ["unknown"]));
  return [...strangers, ...idsOf(history).flatMap((id) => situationsOfWidget(document, history, id))];
}

/** No shorter than this, in milliseconds, does any crawl take: half of the shortest that can have been the fastest. */
export function surelyCrawlingMs({ waits }: History): number {
  const fastest = Math.min(...waits.filter(({ ended }) => ended === "active").map(({ from, to }) => to - from));
  // Between two polls a crawl may have ended just after the first of them.
  return Number.isFinite(fastest) ? Math.max(0, (fastest - Math.max(1000, fastest / 10)) / 2) : 0;
}

function isAnswer({ response }: Exchange): boolean {
  return response !== undefined && response.status < 500 && response.status !== 429;
}

function situation(exchange: Exchange, states: readonly string[]): Situation[] {
  const { response } = exchange;
  return response && isAnswer(exchange) ? [{ exchange, status: response.status, states }] : [];
}

function idsOf({ exchanges }: History): string[] {
  const created = exchanges.filter(({ operation }) => operation === "createWidget");
  return [...new Set(created.map(({ response }) => widgetIn(response?.body)?.["id"]))].filter(
    (id) => typeof id === "string",
  );
}

function situationsOfWidget(document: WidgetsDocument, history: History, id: string): Situation[] {
  const soonMs = surelyCrawlingMs(history);
  const own = history.exchanges
    .filter((exchange) => exchange.caller !== "other" && isAbout(exchange, id))
    .sort((a, b) => a.began - b.began);
  const words = failureWords(document);
  let known = unknown;
  return own.flatMap((exchange, index) => {
    const isRaced = own.some((other) => other !== exchange && isWrite(other) && overlap(other, exchange));
    const before = isRaced ? unknown : atCall(known, exchange, own.slice(index + 1), soonMs);
    known = isRaced && isWrite(exchange) ? unknown : afterCall(before, exchange, words);
    if (exchange.operation === "createWidget") return situation(exchange, ["new"]);
    // Whether a page may start is no matter of the widget's state.
    const isOfPage = exchange.request.headers?.["origin"] !== undefined;
    const isAllowed = (exchange.caller === "own" || exchange.probe !== undefined) && !isOfPage;
    return isAllowed ? situation(exchange, statesOf(document, before)) : [];
  });
}

function isAbout({ operation, request, response }: Exchange, id: string): boolean {
  if (operation === "createWidget") return widgetIn(response?.body)?.["id"] === id;
  return request.path.split(/[/?]/).includes(encodeURIComponent(id));
}

function isWrite({ request }: Exchange): boolean {
  return request.method !== "GET";
}

function overlap(one: Exchange, other: Exchange): boolean {
  return one.began < other.ended && one.ended > other.began;
}

/** What is known when a call is made: a draft may have become active, and a crawl may have ended, since the last look. */
function atCall(known: Known, exchange: Exchange, later: readonly Exchange[], soonMs: number): Known {
  const isSoon = exchange.t1 - known.crawlFrom < soonMs;
  // What is refused changes nothing: a crawl that runs afterwards ran before.
  const runsOn = outcomeOf(exchange) === "refused" && crawlIn(shownIn(later[0]) ?? {}) === true;
  if (runsOn && known.isCrawling === false) return unknown;
  const isCrawling = known.isCrawling && !isSoon && !runsOn ? undefined : known.isCrawling;
  if (known.phase !== "draft") return { ...known, isCrawling };
  // One whose crawl has failed stays so, and one that is shown later was one all the time (LIFE-4).
  const isStill = isSoon || known.isCrawling === false || later.some((read) => shownIn(read)?.["status"] === "draft");
  return isStill ? { ...known, isCrawling } : unknown;
}

function afterCall(before: Known, exchange: Exchange, words: FailureWords): Known {
  const outcome = outcomeOf(exchange);
  if (exchange.operation === "getWidget") return afterRead(before, exchange, words);
  if (!isWrite(exchange) || outcome === "refused") return before;
  const { operation, response, t0, t1 } = exchange;
  const isLater = operation === "deleteWidget" && response?.status === 202;
  if (outcome === "unknown" || isLater) return unknown;
  return effects[operation]?.(before, t0, t1) ?? before;
}

const effects: { readonly [operationId: string]: (before: Known, t0: number, t1: number) => Known } = {
  createWidget: (_, t0) => ({ phase: "draft", isCrawling: true, crawlFrom: t0 }),
  pauseWidget: (before) => ({ ...before, phase: before.phase && "paused" }),
  // What was paused as a draft is one again, or is active by now.
  resumeWidget: (before) =>
    before.phase === "active" || before.isCrawling === false ? { ...before, phase: "active" } : unknown,
  recrawlWidget: (before, t0) => ({ ...before, isCrawling: true, crawlFrom: t0 }),
  deleteWidget: (before) => ({ ...before, phase: "gone", isCrawling: false }),
};

function afterRead(before: Known, exchange: Exchange, words: FailureWords): Known {
  if (before.phase === "gone") return before;
  const widget = shownIn(exchange);
  const status = widget?.["status"];
  if (!widget || typeof status !== "string") return unknown;
  const crawl = crawlIn(widget);
  const wasDraft = before.phase === "draft" || before.phase === undefined;
  if (status === "draft") return { ...before, phase: "draft", isCrawling: crawl ?? (before.isCrawling || undefined) };
  // What is active and was never crawled again is not being crawled.
  const isCrawling = crawl ?? (status === "active" && wasDraft ? false : before.isCrawling);
  if (words.has(status) && wasDraft && crawl !== true) return { ...before, phase: "draft", isCrawling: false };
  if (status === "active") return { ...before, phase: "active", isCrawling };
  return { ...before, phase: before.phase === "paused" ? "paused" : undefined, isCrawling };
}

function shownIn(read: Exchange | undefined): JsonObject | undefined {
  return read?.operation === "getWidget" && outcomeOf(read) === "done" ? widgetIn(read.response?.body) : undefined;
}

function crawlIn({ last_crawl: crawl }: JsonObject): boolean | undefined {
  return isJsonObject(crawl) && typeof crawl["status"] === "string" ? crawl["status"] === "running" : undefined;
}

/** The states of the document's table that fit what is known. */
function statesOf(document: WidgetsDocument, { phase, isCrawling }: Known): string[] {
  if (phase === undefined) return [];
  return Object.entries(document["x-lifecycle"].states)
    .filter(([state, { shows, crawling }]) => {
      const isPhase = phase === "gone" ? shows === null : shows === phase && isUsual(state);
      return isPhase && (isCrawling === undefined || crawling === isCrawling);
    })
    .map(([state]) => state);
}

/** What only some dialects have is told apart by nothing but its story. */
function isUsual(state: string): boolean {
  return !state.startsWith("paused-f");
}
