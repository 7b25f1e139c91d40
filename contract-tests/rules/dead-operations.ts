import { type Exchange, noOperation, outcomeOf, ownCallsOf } from "../history/exchange.ts";
import { groupBy } from "../history/group-by.ts";
import { oncePer } from "../history/once.ts";
import { widgetIn } from "../history/views.ts";
import type { Finding } from "../judge/finding.ts";
import { minTries, repeatedFailures } from "./failing-runs.ts";
import { callsUntil, deleteBefore, isAnsweredBetween, mustAccept, ownCalls } from "./own-calls.ts";
import type { RuleContext } from "./rule-entry.ts";

/** So many calls one after the other that are not answered, each given up after a while, while others are, are no chance. */
const minHangs = 3;
/** An operation that fails on one widget alone may work on others. */
export const minWidgets = 2;

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
export const deadOperations = oncePer((context: RuleContext): ReadonlyMap<string, DeadOperation> => {
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

/** How often what a finding is about was tried and failed in the run itself, where the operation of its last call never worked. */
export function triesOf({ calls }: Pick<Finding, "calls">, context: RuleContext): Finding["tries"] {
  const last = context.history.exchanges.find(({ n }) => n === Math.max(...calls));
  const dead = last && deadOperations(context).get(last.operation);
  return dead?.wrong.has(last?.n ?? 0) ? dead.wrong.size : undefined;
}

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
