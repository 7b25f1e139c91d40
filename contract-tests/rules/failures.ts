import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import {
  type Exchange,
  isDone,
  isFromGateway,
  isOfState,
  isWrite,
  noOperation,
  outcomeOf,
  ownCallsOf,
} from "../history/exchange.ts";
import { groupBy } from "../history/group-by.ts";
import { oncePer } from "../history/once.ts";
import { showsWidget, widgetIn } from "../history/views.ts";
import { longestOf, windowMs } from "../history/window.ts";
import type { Finding } from "../judge/finding.ts";
import type { Breach, OperationId, RuleContext, WatchedBreach } from "./rule-entry.ts";

/** So many tries of one call that all fail, while others are answered, are no chance. */
const minTries = 4;
/** So many calls one after the other that are not answered, each given up after a while, while others are, are none either. */
const minHangs = 3;
/** An operation that fails on one widget alone may work on others. */
const minWidgets = 2;

/** Breaches of the rule that an operation works: a call that fails each time, in one state of a widget or always. */
export function failuresOf(wanted: OperationId): (context: RuleContext) => Breach[] {
  return (context) => {
    const dead = deadOperations(context).get(wanted);
    if (dead && isSeenByCalls(dead.first)) {
      const { first, slowest, wrong } = dead;
      const message = `${wanted} ${answerOf(slowest)}, ${wrong.size} of ${wrong.size} times.`;
      return [{ message, calls: callsUntil(first, context), ...scriptOf(first), neverWorks: true }];
    }
    const repeated = repeatedFailures(context)
      .filter(({ call, isGone }) => call.operation === wanted && !isGone)
      .map((failure) => breachOf(failure, context));
    const known = new Set(repeated.map(({ calls }) => calls.at(-1)));
    return [...repeated, ...failuresWhileCrawling(wanted, context).filter(({ calls }) => !known.has(calls.at(-1)))];
  };
}

/** So many widgets on which the first try fails while a crawl may run are no chance, where none works as early. */
const minCrawled = 2;

/**
 * Breaches by calls that fail while a crawl of their widget runs, and work when it is over: before they could be made again
 * often enough. A server's own error on each widget that was tried is no fault of the road, which fails at other times as well.
 */
function failuresWhileCrawling(wanted: OperationId, context: RuleContext): Breach[] {
  const all = ownCalls(context).filter((one) => one.operation === wanted && one.widget !== undefined && !one.isTricky);
  const longestMs = windowMs(longestOf(context.history.waits));
  const tries = all.map((call) => ({ call, crawl: crawlBefore(call, context), sinceMs: sinceCrawlMs(call, context) }));
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
      return { message, calls: callsUntil(call, context), ...scriptOf(call), expected: "no 5xx response" };
    });
  });
}

/** How long before a call the last crawl of its widget was begun. */
function sinceCrawlMs(call: Exchange, context: RuleContext): number {
  const last = crawlBefore(call, context);
  return last ? call.t0 - last.t0 : Number.POSITIVE_INFINITY;
}

/** The last call before another one that began a crawl of its widget. */
function crawlBefore({ widget, began }: Exchange, context: RuleContext): Exchange | undefined {
  return ownCalls(context).findLast(
    (one) =>
      one.widget === widget &&
      one.ended < began &&
      outcomeOf(one) === "done" &&
      (isCreate(one) || context.model.life.startsCrawl(one.operation)),
  );
}

/** Whether calls of other operations failed as well while calls of one did, or none was answered. */
function isOutage(failed: readonly Exchange[], context: RuleContext): boolean {
  const operation = failed[0]?.operation;
  const isBeside = (one: Exchange) => failed.some((call) => one.began < call.ended && one.ended > call.began);
  const beside = ownCalls(context).filter((one) => one.operation !== operation && isBeside(one));
  return beside.some((one) => isError(one, context)) || !beside.some((one) => outcomeOf(one) !== "unknown");
}

function isCreate({ operation }: Exchange): boolean {
  return operation === "createWidget";
}

/** So many errors in a row, with nothing else asked in between, may be more than a moment's fault. */
const minErrorsInARow = 3;

/** So long a call has to fail that nobody planned: what is over sooner may be a passing fault of the road. */
const minFailingMs = 7000;

/**
 * What server errors show whoever only watches. They are proof where the same call was answered with one each time, for a
 * while, and never otherwise, or where the operation never worked: neither a gateway nor an outage explains that, for others
 * were answered in between. Where they came twice, with other answers in between, they may have been a passing fault.
 */
export function serverErrorsOf(wanted: OperationId): (context: RuleContext) => WatchedBreach[] {
  return (context) => {
    const lasting = failingRuns(context).filter((run) => isLastingError(run, context));
    const proved = lasting.filter(([call]) => call?.operation === wanted);
    if (proved.length > 0) {
      return proved.flatMap(([call, ...more]) => (call ? [breachOf({ call, times: 1 + more.length }, context)] : []));
    }
    const errors = ownCalls(context).filter((one) => one.operation === wanted && isError(one, context));
    const open = errors.filter((one) => !hasWorkedSince(one, context));
    const [first, last] = [open[0], open.at(-1)];
    if (!first || !last || first === last) return [];
    if (!isAnsweredBetween(first, last, context) && !isAnsweredAround(open, context)) return [];
    const breach = {
      message: `${wanted} ${answerOf(first)}, ${open.length} of ${open.length} times.`,
      expected: "a 2xx response",
      calls: callsUntil(first, context),
      ...scriptOf(first),
    };
    return [
      hasNeverWorked(errors, context) ? breach : { ...breach, doubt: { reason: "it may have been a passing fault" } },
    ];
  };
}

/** The first of the calls that have one idempotency key: the answers to the others may be its answer again. */
function withoutRetries(calls: readonly Exchange[]): Exchange[] {
  const keyOfRetry = ({ request }: Exchange) => request.headers?.["idempotency-key"];
  const isFirst = (call: Exchange, place: number) =>
    keyOfRetry(call) === undefined || calls.findIndex((one) => keyOfRetry(one) === keyOfRetry(call)) === place;
  return calls.filter(isFirst);
}

/** Whether an error came a few times, nothing else was asked meanwhile, and what was asked before and afterwards was answered. */
function isAnsweredAround(errors: readonly Exchange[], context: RuleContext): boolean {
  const [first, last] = [errors[0], errors.at(-1)];
  if (!first || !last || errors.length < minErrorsInARow) return false;
  const all = ownCalls(context);
  const meanwhile = all.filter((one) => one.ended > first.began && one.began < last.ended);
  const around = [all.findLast((one) => one.ended < first.began), all.find((one) => one.began > last.ended)];
  return meanwhile.every((one) => errors.includes(one)) && around.every((one) => one && outcomeOf(one) !== "unknown");
}

/** Whether an answer is an error of the server itself, to a request that every server has to understand. */
function isError(exchange: Exchange, context: RuleContext): boolean {
  const { response, request } = exchange;
  if (!response || response.status === 503 || outcomeOf(exchange) !== "unknown" || isFromGateway(exchange))
    return false;
  return !hasNull(request.body) && deleteBefore(exchange, context) === undefined;
}

/** Whether a value that a service may honestly stumble over, which stands as null here, was sent. */
function hasNull(value: Json | undefined): boolean {
  return value === null || (isJsonObject(value) && Object.values(value).some(hasNull));
}

function isLastingError(run: readonly Exchange[], context: RuleContext): boolean {
  const tries = withoutRetries(run);
  const [call, last] = [tries[0], tries.at(-1)];
  if (!call || !last || tries.length < minTries || last.t1 - call.t0 < minFailingMs) return false;
  return run.every((one) => isError(one, context)) && !hasRecovered(last, context);
}

/** Whether an operation did something for the same widget after an error, or for anybody where it is about none. */
function hasWorkedSince({ operation, widget, ended }: Exchange, context: RuleContext): boolean {
  return ownCalls(context).some(
    (one) => one.operation === operation && one.widget === widget && one.began > ended && outcomeOf(one) !== "unknown",
  );
}

/** Whether an operation on widgets failed on several of them, for a while, and on none that it was called for worked. */
function hasNeverWorked(errors: readonly Exchange[], context: RuleContext): boolean {
  const tries = withoutRetries(errors);
  const [first, last] = [tries[0], tries.at(-1)];
  if (!first || !last || tries.length < minTries || last.t1 - first.t0 < minFailingMs) return false;
  const all = ownCalls(context).filter(({ operation }) => operation === first.operation);
  const isDead = all.every((one) => errors.includes(one) || outcomeOf(one) === "refused");
  const places = tries.slice(1).every((one, place) => isAnsweredBetween(tries[place] ?? one, one, context));
  return isDead && places && new Set(tries.map(({ widget }) => widget)).size >= minWidgets;
}

/** Whether the same call worked later. */
function hasRecovered(last: Exchange, context: RuleContext): boolean {
  const key = keyOf(last);
  return ownCalls(context).some((one) => one.began > last.ended && keyOf(one) === key && outcomeOf(one) !== "unknown");
}

/** Breaches by calls on deleted widgets that fail each time, where the operation does not fail elsewhere. */
export function failuresOnDeleted(context: RuleContext): Breach[] {
  const all = repeatedFailures(context);
  const elsewhere = new Set(all.filter(({ isGone }) => !isGone).map(({ call }) => call.operation));
  return all
    .filter(({ call, isGone }) => isGone && !elsewhere.has(call.operation))
    .map((failure) => ({ ...breachOf(failure, context), expected: "404 or 410" }));
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
        return { message, calls: callsUntil(call, context), ...scriptOf(call), expected: "a 2xx response" };
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

/** How often what a finding is about was tried and failed in the run itself, where the operation of its last call never worked. */
export function triesOf({ calls }: Pick<Finding, "calls">, context: RuleContext): Finding["tries"] {
  const last = context.history.exchanges.find(({ n }) => n === Math.max(...calls));
  const dead = last && deadOperations(context).get(last.operation);
  return dead?.wrong.has(last?.n ?? 0) ? dead.wrong.size : undefined;
}

/** A call that failed each time that it was made, with nothing else done to its widget in between. */
interface RepeatedFailure {
  readonly call: Exchange;
  readonly times: number;
  /** Whether its widget was deleted before. */
  readonly isGone: boolean;
}

const repeatedFailures = oncePer((context: RuleContext): RepeatedFailure[] =>
  failingRuns(context).flatMap((run): RepeatedFailure[] => {
    const [call] = run;
    const deleted = call && deleteBefore(call, context);
    // A deletion that takes a while may stand in the way.
    if (!call || run.length < minTries || deleted?.response?.status === 202) return [];
    return [{ call, times: run.length, isGone: deleted !== undefined }];
  }),
);

/** The calls that failed and were made again in the same words, each time after another was answered. */
const failingRuns = oncePer((context: RuleContext): Exchange[][] => {
  const all: Exchange[][] = [];
  const open = new Map<string, Exchange[]>();
  for (const exchange of ownCalls(context)) {
    const key = keyOf(exchange);
    const changed = [...open].filter(([other, [first]]) => other !== key && mayChange(exchange, first));
    for (const [other] of changed) open.delete(other);
    if (outcomeOf(exchange) !== "unknown" || exchange.isLate || mayBeBusy(exchange, context)) {
      open.delete(key);
      continue;
    }
    const run = open.get(key);
    const last = run?.at(-1);
    if (!run || !last) {
      open.set(key, [exchange]);
      all.push(open.get(key) ?? []);
    } else if (isAnsweredBetween(last, exchange, context)) run.push(exchange);
  }
  return all;
});

/** Whether a call may have changed the widget that another one is about. */
function mayChange(call: Exchange, other: Exchange | undefined): boolean {
  return isWrite(call) && call.widget === other?.widget;
}

/** An operation that has never worked. */
interface DeadOperation {
  /** The first that failed with the fewest calls on its widget before. */
  readonly first: Exchange;
  /** Of those that fail as this one does the one that was waited for longest. */
  readonly slowest: Exchange;
  /** The calls that failed, by their numbers. */
  readonly wrong: ReadonlySet<number>;
}

/** The operations that failed whenever they had to work, while others were answered. */
const deadOperations = oncePer((context: RuleContext): ReadonlyMap<string, DeadOperation> => {
  const dead = new Map<string, DeadOperation>();
  for (const [operation, all] of groupBy(ownCalls(context), (one) => one.operation)) {
    const judged = all.map((exchange) => ({ exchange, works: hasWorked(exchange, context) }));
    if (judged.some(({ works }) => works === true)) continue;
    const wrong = judged.filter(({ works }) => works === false).map(({ exchange }) => exchange);
    const one = deadOperation(wrong, context);
    if (one) dead.set(operation, one);
  }
  return dead;
});

/** What is known of an operation that never worked by all its calls that had to; undefined where they may have failed by chance. */
function deadOperation(wrong: readonly Exchange[], context: RuleContext): DeadOperation | undefined {
  const [first] = wrong;
  const hangs = hangsEachTime(wrong, context);
  if (!first || (wrong.length < minTries && !hangs)) return undefined;
  const widgets = new Set(wrong.map(({ widget }) => widget));
  if (first.operation !== "listWidgets" && widgets.size < minWidgets) return undefined;
  // What only fails now and then has not failed each time that it was made again.
  const isLost = wrong.every((one) => outcomeOf(one) === "unknown");
  const isRepeated = repeatedFailures(context).some(({ call }) => call.operation === first.operation);
  if (isLost && !hangs && !isRepeated) return undefined;
  // Of what is about a widget, a reproduction begins with its create.
  const callsBefore = (one: Exchange) => (one.origin ? callsUntil(one, context).length : Number.POSITIVE_INFINITY);
  const [plainest = first] = [...wrong].sort((a, b) => callsBefore(a) - callsBefore(b));
  const [slowest = plainest] = hangs ? [...wrong].sort((a, b) => b.t1 - b.t0 - (a.t1 - a.t0)) : [];
  return { first: plainest, slowest, wrong: new Set(wrong.map(({ n }) => n)) };
}

/** Whether calls were never answered, so many of them each after another had been given up and a third one answered. */
function hangsEachTime(calls: readonly Exchange[], context: RuleContext): boolean {
  if (!calls.every(({ isGivenUp }) => isGivenUp)) return false;
  const row: Exchange[] = [];
  for (const call of calls) {
    const last = row.at(-1);
    if (!last || isAnsweredBetween(last, call, context)) row.push(call);
  }
  return row.length >= minHangs;
}

/** Whether a call did what it is for; undefined where it need not, or where that is not known. */
function hasWorked(exchange: Exchange, context: RuleContext): boolean | undefined {
  const { operation, response, isLate } = exchange;
  // Whoever answers late does answer.
  if (isLate) return true;
  if (deleteBefore(exchange, context)) return undefined;
  switch (outcomeOf(exchange)) {
    case "unknown":
      return false;
    case "refused":
      return isWronglyRefused(exchange, context) ? false : undefined;
    default:
      if (operation === "getWidget") return widgetIn(response?.body) !== undefined;
      // Of a list whose items were never found nothing is kept; whether there was anything is.
      if (operation === "listWidgets") return response?.isEmpty !== true;
      return operation === "deleteWidget" ? isGoneAfter(exchange, context) : true;
  }
}

/** Whether a refusal is none that the state, the credential, the pace or a value explains; a page size is a value too. */
function isWronglyRefused(exchange: Exchange, context: RuleContext): boolean {
  const { status = 0 } = exchange.response ?? {};
  if (status === 401 || status === 429) return false;
  return noOperation.includes(status) || mustAccept(exchange, context);
}

/** Whether gets after a delete show nothing; undefined where there is none, or where the deletion may take a while. */
function isGoneAfter({ widget, ended, response }: Exchange, { history }: RuleContext): boolean | undefined {
  const gets = ownCallsOf(history.exchanges, "getWidget");
  const reads = gets.filter((one) => one.widget === widget && one.began > ended);
  if (reads.some((read) => outcomeOf(read) === "refused")) return true;
  const isShown = reads.some((read) => widgetIn(read.response?.body) !== undefined);
  return isShown && response?.status !== 202 ? false : undefined;
}

/** Whether an operation has to be accepted in the state that the last get showed. */
function mustAccept({ operation, widget, began }: Exchange, context: RuleContext): boolean {
  const { history, model } = context;
  const before = history.exchanges.filter((one) => one.widget === widget && one.caller === "own" && one.ended < began);
  const seen = before.findLast((one) => isDone(one, "getWidget"));
  const isCrawled = before.some((one) => model.life.startsCrawl(one.operation) && outcomeOf(one) !== "refused");
  return worksIn(seen, operation, context, isCrawled);
}

/** Whether an operation has to be accepted in the state that a get shows. */
function worksIn(
  seen: Exchange | undefined,
  operation: string,
  { model: { life } }: RuleContext,
  mayChange = false,
): boolean {
  const phase = life.phaseShownAs(widgetIn(seen?.response?.body)?.["status"]);
  return phase !== undefined && life.mustAccept(operation, { phase, mayChange });
}

/** Whether a failure may say that the widget is busy: then it is a refusal, where the state allows one. */
function mayBeBusy(exchange: Exchange, context: RuleContext): boolean {
  const { response } = exchange;
  const isLater = response?.status === 503 && response.headers["retry-after"] !== undefined;
  return isLater && isWrite(exchange) && !mustAccept(exchange, context);
}

/** The calls of the organization's own, in the order of their beginnings. */
const ownCalls = oncePer(({ history }: RuleContext): Exchange[] =>
  history.exchanges.filter(({ caller }) => caller === "own").sort((a, b) => a.began - b.began),
);

/** Whether any other call was answered between two. */
function isAnsweredBetween(one: Exchange, other: Exchange, { asked }: RuleContext): boolean {
  return asked.some(
    (between) =>
      between.began > one.ended &&
      between.ended < other.began &&
      between.caller === "own" &&
      outcomeOf(between) !== "unknown",
  );
}

function deleteBefore({ widget, began }: Exchange, context: RuleContext): Exchange | undefined {
  if (widget === undefined) return undefined;
  return deletesOf(context).find((one) => one.widget === widget && one.ended < began);
}

/** The deletes that were accepted. */
const deletesOf = oncePer((context: RuleContext): Exchange[] =>
  ownCalls(context).filter((one) => isDone(one, "deleteWidget")),
);

function keyOf({ request: { method, path, body } }: Exchange): string {
  return JSON.stringify([method, path, body]);
}

function breachOf({ call, times }: Omit<RepeatedFailure, "isGone">, context: RuleContext): Breach {
  const message = `${call.operation} ${answerOf(call)}, ${times} of ${times} times in the same state.`;
  return { message, calls: callsUntil(call, context), ...scriptOf(call) };
}

/** What was done with the widget of a call before it, and the call. */
function callsUntil(call: Exchange, context: RuleContext): number[] {
  const { n, request: wanted } = call;
  const widget = call.widget ?? context.timelines.find(({ id }) => wanted.path.endsWith(`/${id}`))?.widget;
  // A probe may have led to it, too.
  const before = widget === undefined ? [] : context.asked.filter((one) => one.widget === widget && one.n < n);
  const isOwnWrite = (one: Exchange) => one.caller === "own" && isWrite(one) && outcomeOf(one) === "done";
  return [...before.filter(isOwnWrite).map((one) => one.n), n];
}

/** Whether no timeline shows a call that did not work: it is no refusal, or one that says that there is no such operation. */
function isSeenByCalls(call: Exchange): boolean {
  const isNone = noOperation.includes(call.response?.status ?? 0);
  return isNone || outcomeOf(call) !== "refused";
}

function scriptOf({ origin, widget }: Exchange): Pick<Breach, "script"> {
  const script = origin?.script ?? widget;
  return script === undefined ? {} : { script };
}

/** What came back, in words. */
function answerOf(exchange: Exchange): string {
  const { response, error } = exchange;
  if (!response) return `had no response: ${error}`;
  if (response.defect !== undefined) return `returned ${response.status}, but ${response.defect}`;
  if (outcomeOf(exchange) !== "done") return `returned ${response.status}`;
  if (exchange.operation === "deleteWidget") return `returned ${response.status}, and the widget is still shown`;
  return `returned ${response.status} without ${exchange.operation === "listWidgets" ? "a list" : "a widget"}`;
}
