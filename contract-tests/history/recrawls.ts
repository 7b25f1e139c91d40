import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import type { SeenEvent } from "./event.ts";
import { type Exchange, outcomeOf, ownCallsOf } from "./exchange.ts";
import type { History } from "./history.ts";
import type { Observation, ObservedWhen } from "./observation.ts";
import { widgetIn } from "./views.ts";

/** What recrawls are followed by. */
export interface RecrawlHistory extends Pick<History, "exchanges" | "observations" | "events"> {
  readonly settings: Pick<History["settings"], "readLagMs" | "crawlTimeoutMs">;
}

/** An accepted recrawl, with what an adapter told of its widget since the one before and until the next. */
export interface RecrawlRound {
  readonly recrawl: Exchange;
  readonly told: (member: string, when: ObservedWhen) => readonly Observation[];
  /** When it is known to have ended, in the order of starts and ends and in milliseconds; undefined where nothing tells. */
  readonly end: { readonly came: number; readonly t: number; readonly hasFailed: boolean } | undefined;
}

/** The organization's own accepted recrawls of a widget, in the order in which they were observed. */
export function recrawlRounds(history: RecrawlHistory, widget: string): RecrawlRound[] {
  const own = ownCallsOf(history.exchanges, "recrawlWidget").filter((one) => one.widget === widget);
  const done = own.filter((one) => outcomeOf(one) === "done");
  const looks = history.observations.filter((one) => one.widget === widget);
  return done.map((recrawl, n): RecrawlRound => {
    const from = done[n - 1]?.ended ?? 0;
    const to = done[n + 1]?.began ?? Number.POSITIVE_INFINITY;
    const isOf = ({ when, came }: Observation) =>
      when === "active" ? came > from && came < recrawl.began : came > recrawl.ended && came < to;
    const told: RecrawlRound["told"] = (member, when) =>
      looks.filter((one) => one.member === member && one.when === when && isOf(one));
    return { recrawl, told, end: endOf(history, recrawl, to) };
  });
}

/** A moment in which a read may still show what was, in milliseconds. */
const momentMs = 1000;

/**
 * The index that visitors get after a recrawl of a site that changed; undefined where that is not known. It is `open` whether
 * the old one stays: nothing but the tester's own limit bounds a crawl, so that only a sign of its end tells.
 */
export function indexAfter(round: RecrawlRound, { settings }: RecrawlHistory): "old" | "new" | "open" | undefined {
  const { recrawl, told, end } = round;
  const [before, late] = [told("visibleIndex", "active").at(-1), told("visibleIndex", "recrawled").at(-1)];
  const changed = told("changeSite", "active").at(-1);
  if (before?.result === undefined || late?.result === undefined || changed?.result === undefined) return undefined;
  if (changed.came < before.came) return undefined;
  if (before.result !== late.result) return "new";
  // A recrawl that has failed may keep the old one (A-RECRAWL-5).
  if (end?.hasFailed) return undefined;
  const graceMs = Math.max(momentMs, settings.readLagMs);
  const isAfterEnd = end !== undefined && late.came > end.came && late.t0 >= end.t + graceMs;
  return isAfterEnd || late.t0 - recrawl.t1 >= settings.crawlTimeoutMs ? "old" : "open";
}

/** The first sign that a recrawl has ended: our extension `last_crawl`, or an event. */
function endOf({ exchanges, events }: RecrawlHistory, recrawl: Exchange, to: number): RecrawlRound["end"] {
  const crawls = lastCrawlsShown(exchanges, recrawl.widget);
  const before = crawls.findLast(({ came }) => came < recrawl.began)?.crawl;
  const isOther = (crawl: Json) => JSON.stringify(crawl) !== JSON.stringify(before);
  const hasEnded = (crawl: Json) =>
    isJsonObject(crawl) && crawl["status"] !== "running" && Boolean(crawl["finished_at"]);
  const shown = crawls
    .filter(({ began, crawl }) => began > recrawl.ended && isOther(crawl) && hasEnded(crawl))
    .map(({ came, t, crawl }) => ({ came, t, hasFailed: isJsonObject(crawl) && isFailure(crawl["status"]) }));
  const own = events.filter(({ widget }) => widget === recrawl.widget);
  const known = new Set(own.filter(({ came }) => came < recrawl.began).map(({ id }) => id));
  const sent = own
    .filter((event) => event.came > recrawl.ended && isOfRecrawl(event, known))
    .map(({ came, t, isReady, body }) => ({ came, t, hasFailed: !isReady && isFailure(typeOf(body)) }));
  return [...shown, ...sent].filter(({ came }) => came < to).sort((a, b) => a.came - b.came)[0];
}

/** Whether an event tells of the end of a recrawl. One about the first crawl may be late, or come again. */
function isOfRecrawl({ isReady, id, body }: SeenEvent, known: ReadonlySet<string | undefined>): boolean {
  if (!isReady) return typeOf(body) === "widget.recrawled" || isFailure(typeOf(body));
  return id !== undefined && known.size > 0 && !known.has(id);
}

function typeOf(body: SeenEvent["body"]): unknown {
  return isJsonObject(body) ? body["type"] : undefined;
}

/** Whether a word says that something came to nothing. */
function isFailure(word: unknown): boolean {
  return /fail|error|cancel|abort|stop/i.test(String(word));
}

/** What gets showed of a widget's last crawl. */
export function lastCrawlsShown(exchanges: readonly Exchange[], widget: string | undefined) {
  return ownCallsOf(exchanges, "getWidget")
    .filter((one) => one.widget === widget)
    .flatMap(({ began, ended, t1, response }) => {
      const crawl = widgetIn(response?.body)?.["last_crawl"];
      return crawl === undefined ? [] : [{ began, came: ended, t: t1, crawl }];
    });
}
