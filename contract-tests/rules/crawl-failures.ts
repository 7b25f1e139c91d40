import { isJsonObject } from "../../spec/merge-patch.ts";
import { type Exchange, isDone, isOfState, isWrite, outcomeOf } from "../history/exchange.ts";
import { showsWidget, widgetIn } from "../history/views.ts";
import { longestOf, windowMs } from "../history/window.ts";
import { answerOf, crawlBefore, deleteBefore, isError, ownCalls, shownBy, worksIn } from "./own-calls.ts";
import type { Breach, OperationId, RuleContext } from "./rule-entry.ts";

/** So many widgets on which the first try fails while a crawl may run are no chance, where none works as early. */
const minCrawled = 2;

/**
 * Breaches by calls that fail while a crawl of their widget runs, and work when it is over: before they could be made again
 * often enough. A server's own error on each widget that was tried is no fault of the road, which fails at other times as well.
 */
export function failuresWhileCrawling(wanted: OperationId, context: RuleContext): Breach[] {
  const all = ownCalls(context).filter((one) => one.operation === wanted && one.widget !== undefined && !one.isTricky);
  const longestMs = windowMs(longestOf(context.history.waits));
  const tries = all.map((call) => {
    const crawl = crawlBefore(call, context);
    return { call, crawl, sinceMs: crawl ? call.t0 - crawl.t0 : Number.POSITIVE_INFINITY };
  });
  // Where it fails at other times as well it is not for the crawl.
  if (tries.some(({ call, sinceMs }) => sinceMs > longestMs && isError(call, context))) return [];
  return ["createWidget", "recrawlWidget"].flatMap((begun) => {
    const crawled = tries.filter((one) => one.crawl?.operation === begun && one.sinceMs <= longestMs);
    const firsts = crawled.filter(({ crawl }, place) => crawled.findIndex((one) => one.crawl === crawl) === place);
    const failed = firsts.filter(({ call }) => isError(call, context));
    const latestMs = Math.max(...failed.map(({ sinceMs }) => sinceMs));
    const hasWorked = firsts.some(({ call, sinceMs }) => outcomeOf(call) === "done" && sinceMs <= latestMs);
    const calls = failed.map(({ call }) => call);
    if (calls.length < minCrawled || hasWorked || isOutage(calls, context)) return [];
    return calls.map((call): Breach => {
      const message = `${wanted} ${answerOf(call)} while a crawl ran, ${calls.length} of ${calls.length} times.`;
      return { message, ...shownBy(call, context), expected: "no 5xx response" };
    });
  });
}

/** Whether calls of other operations failed as well while calls of one did, or none was answered. */
function isOutage(failed: readonly Exchange[], context: RuleContext): boolean {
  const operation = failed[0]?.operation;
  const isBeside = (one: Exchange) => failed.some((call) => one.began < call.ended && one.ended > call.began);
  const beside = ownCalls(context).filter((one) => one.operation !== operation && isBeside(one));
  return beside.some((one) => isError(one, context)) || !beside.some((one) => outcomeOf(one) !== "unknown");
}

/**
 * Breaches by calls that are refused after a recrawl for no other reason: the widget itself says that it has ended, or
 * nothing was accepted for so long that no crawl can still run.
 */
export function refusedAfterRecrawl(wanted: OperationId): (context: RuleContext) => Breach[] {
  return (context) =>
    ownCalls(context)
      .filter((call) => call.operation === wanted && isOfState(call) && isRecrawlOver(call, context))
      .map((call): Breach => {
        const message = `${wanted} ${answerOf(call)} for a widget whose recrawl has ended.`;
        return { message, ...shownBy(call, context), expected: "a 2xx response" };
      });
}

/** Whether a call must be accepted in the state that the last get shows if no recrawl runs, and none can. */
function isRecrawlOver(call: Exchange, context: RuleContext): boolean {
  const { widget, began, t0 } = call;
  const before = ownCalls(context).filter((one) => one.widget === widget && one.n !== call.n && one.began < began);
  const writes = before.filter(isWrite);
  const seen = before.findLast(showsWidget);
  // What was done since, or is under way, may explain it.
  const isLast = seen && writes.every((one) => one.ended < seen.began);
  const isRecrawled = writes.some((one) => isDone(one, "recrawlWidget"));
  if (!isLast || !isRecrawled || deleteBefore(call, context) || !worksIn(seen, call.operation, context)) return false;
  const { last_crawl: crawl } = widgetIn(seen.response?.body) ?? {};
  const isTold = isJsonObject(crawl) && crawl["trigger"] === "recrawl" && crawl["status"] === "succeeded";
  // How often a site may be crawled is the target's own matter.
  if (isTold && call.operation !== "recrawlWidget") return true;
  const last = Math.max(...writes.filter((one) => outcomeOf(one) !== "refused").map(({ t1 }) => t1));
  return t0 - last >= context.history.settings.crawlTimeoutMs;
}
