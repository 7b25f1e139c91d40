import { type Exchange, isWrite, outcomeOf } from "../history/exchange.ts";
import { oncePer } from "../history/once.ts";
import { answerOf, deleteBefore, isAnsweredBetween, mustAccept, ownCalls, shownBy } from "./own-calls.ts";
import type { Breach, RuleContext } from "./rule-entry.ts";

/** So many tries of one call that all fail, while others are answered, are no chance. */
export const minTries = 4;

/** A call that failed each time that it was made, with nothing else done to its widget in between. */
export interface RepeatedFailure {
  readonly call: Exchange;
  readonly times: number;
  /** Whether its widget was deleted before. */
  readonly isGone: boolean;
}

/** The calls that failed so often that it is no chance. */
export const repeatedFailures = oncePer((context: RuleContext): RepeatedFailure[] =>
  failingRuns(context).flatMap((run): RepeatedFailure[] => {
    const [call] = run;
    const deleted = call && deleteBefore(call, context);
    // A deletion that takes a while may stand in the way.
    if (!call || run.length < minTries || deleted?.response?.status === 202) return [];
    return [{ call, times: run.length, isGone: deleted !== undefined }];
  }),
);

/** The calls that failed and were made again in the same words, each time after another was answered. */
export const failingRuns = oncePer((context: RuleContext): Exchange[][] => {
  const all: Exchange[][] = [];
  const open = new Map<string, Exchange[]>();
  for (const exchange of ownCalls(context)) {
    const key = wordsOf(exchange);
    const changed = [...open].filter(([other, [first]]) => other !== key && mayChange(exchange, first));
    for (const [other] of changed) open.delete(other);
    if (outcomeOf(exchange) !== "unknown" || exchange.isLate || mayBeBusy(exchange, context)) {
      open.delete(key);
      continue;
    }
    const run = open.get(key);
    const last = run?.at(-1);
    if (!run || !last) {
      const begun = [exchange];
      open.set(key, begun);
      all.push(begun);
    } else if (isAnsweredBetween(last, exchange, context)) run.push(exchange);
  }
  return all;
});

/** Whether a call may have changed the widget that another one is about. */
function mayChange(call: Exchange, other: Exchange | undefined): boolean {
  return isWrite(call) && call.widget === other?.widget;
}

/** Whether a failure may say that the widget is busy: then it is a refusal, where the state allows one. */
function mayBeBusy(exchange: Exchange, context: RuleContext): boolean {
  const { response } = exchange;
  const isLater = response?.status === 503 && response.headers["retry-after"] !== undefined;
  return isLater && isWrite(exchange) && !mustAccept(exchange, context);
}

/** A request in its own words, by which the same one is known again. */
export function wordsOf({ request: { method, path, body } }: Exchange): string {
  return JSON.stringify([method, path, body]);
}

/** The breach that a call shows that failed each time. */
export function breachOf({ call, times }: Omit<RepeatedFailure, "isGone">, context: RuleContext): Breach {
  const message = `${call.operation} ${answerOf(call)}, ${times} of ${times} times in the same state.`;
  return { message, ...shownBy(call, context) };
}
