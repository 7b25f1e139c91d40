import { type Exchange, noOperation, outcomeOf } from "../history/exchange.ts";
import { failuresWhileCrawling } from "./crawl-failures.ts";
import { deadOperations } from "./dead-operations.ts";
import { breachOf, repeatedFailures } from "./failing-runs.ts";
import { answerOf, shownBy } from "./own-calls.ts";
import type { Breach, OperationId, RuleContext } from "./rule-entry.ts";

/** Breaches of the rule that an operation works: a call that fails each time, in one state of a widget or always. */
export function failuresOf(wanted: OperationId): (context: RuleContext) => Breach[] {
  return (context) => {
    const dead = deadOperations(context).get(wanted);
    if (dead && isSeenByCalls(dead.first)) {
      const { first, slowest, wrong } = dead;
      const message = `${wanted} ${answerOf(slowest)}, ${wrong.size} of ${wrong.size} times.`;
      return [{ message, ...shownBy(first, context), neverWorks: true }];
    }
    const repeated = repeatedFailures(context)
      .filter(({ call, isGone }) => call.operation === wanted && !isGone)
      .map((failure) => breachOf(failure, context));
    const known = new Set(repeated.map(({ calls }) => calls.at(-1)));
    return [...repeated, ...failuresWhileCrawling(wanted, context).filter(({ calls }) => !known.has(calls.at(-1)))];
  };
}

/** Breaches by calls on deleted widgets that fail each time, where the operation does not fail elsewhere. */
export function failuresOnDeleted(context: RuleContext): Breach[] {
  const all = repeatedFailures(context);
  const elsewhere = new Set(all.filter(({ isGone }) => !isGone).map(({ call }) => call.operation));
  return all
    .filter(({ call, isGone }) => isGone && !elsewhere.has(call.operation))
    .map((failure) => ({ ...breachOf(failure, context), expected: "404 or 410" }));
}

/** Whether no timeline shows a call that did not work: it is no refusal, or one that says that there is no such operation. */
function isSeenByCalls(call: Exchange): boolean {
  const isNone = noOperation.includes(call.response?.status ?? 0);
  return isNone || outcomeOf(call) !== "refused";
}
