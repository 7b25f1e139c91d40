import { type Exchange, outcomeOf } from "../history/exchange.ts";
import { minWidgets } from "./dead-operations.ts";
import { breachOf, failingRuns, minTries, wordsOf } from "./failing-runs.ts";
import { answerOf, isAnsweredBetween, isError, ownCalls, shownBy } from "./own-calls.ts";
import type { OperationId, RuleContext, WatchedBreach } from "./rule-entry.ts";

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
    const message = `${wanted} ${answerOf(first)}, ${open.length} of ${open.length} times.`;
    const breach = { message, expected: "a 2xx response", ...shownBy(first, context) };
    return [
      hasNeverWorked(errors, context) ? breach : { ...breach, doubt: { reason: "it may have been a passing fault" } },
    ];
  };
}

/** Whether the same call was answered with an error each time, for a while, and never worked later. */
function isLastingError(run: readonly Exchange[], context: RuleContext): boolean {
  const tries = withoutRetries(run);
  return isLasting(tries) && run.every((one) => isError(one, context)) && !hasRecovered(tries.at(-1), context);
}

/** Whether calls failed so often, and for so long, that it is no passing fault. */
function isLasting(tries: readonly Exchange[]): boolean {
  const [first, last] = [tries[0], tries.at(-1)];
  return first !== undefined && tries.length >= minTries && (last?.t1 ?? 0) - first.t0 >= minFailingMs;
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

/** Whether an operation did something for the same widget after an error, or for anybody where it is about none. */
function hasWorkedSince({ operation, widget, ended }: Exchange, context: RuleContext): boolean {
  return ownCalls(context).some(
    (one) => one.operation === operation && one.widget === widget && one.began > ended && outcomeOf(one) !== "unknown",
  );
}

/** Whether an operation on widgets failed on several of them, for a while, and on none that it was called for worked. */
function hasNeverWorked(errors: readonly Exchange[], context: RuleContext): boolean {
  const tries = withoutRetries(errors);
  const all = ownCalls(context).filter(({ operation }) => operation === tries[0]?.operation);
  const isDead = all.every((one) => errors.includes(one) || outcomeOf(one) === "refused");
  const areApart = tries.slice(1).every((one, place) => isAnsweredBetween(tries[place] ?? one, one, context));
  return isLasting(tries) && isDead && areApart && new Set(tries.map(({ widget }) => widget)).size >= minWidgets;
}

/** Whether the same call worked later. */
function hasRecovered(last: Exchange | undefined, context: RuleContext): boolean {
  const words = last && wordsOf(last);
  const isLater = ({ began }: Exchange) => began > (last?.ended ?? Number.POSITIVE_INFINITY);
  return ownCalls(context).some((one) => isLater(one) && wordsOf(one) === words && outcomeOf(one) !== "unknown");
}
