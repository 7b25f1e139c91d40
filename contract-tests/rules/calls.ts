import { type Exchange, ownCallsOf } from "../history/exchange.ts";
import { viewsIn } from "../history/timeline.ts";
import type { OperationId, RuleContext } from "./rule-entry.ts";

/** The calls of an operation that the run made itself and that had their effect. */
export function acceptedCalls({ done }: RuleContext, wanted: OperationId): Exchange[] {
  return ownCallsOf(done, wanted);
}

/** Evidence for a rule about an operation: how often it was accepted. */
export function timesAccepted(operation: OperationId): (context: RuleContext) => number {
  return (context) => acceptedCalls(context, operation).length;
}

/** Evidence for a rule about views: how often a widget was shown. */
export function timesShown({ timelines }: RuleContext): number {
  return timelines.flatMap(viewsIn).length;
}

/** Evidence for a rule about lists, where it is known where a list has its widgets. */
export function timesListed(context: RuleContext): number {
  return context.history.items ? acceptedCalls(context, "listWidgets").length : 0;
}

/** Evidence for a rule about the first crawl: how many widgets became active. */
export function timesActive({ history }: RuleContext): number {
  return history.waits.filter(({ ended }) => ended === "active").length;
}

/** The last view of a widget that a get showed before a place in the order of starts and ends. */
export function lastGetBefore({ history }: RuleContext, widget: string, place: number): Exchange | undefined {
  return history.exchanges.findLast(
    (one) => one.operation === "getWidget" && one.widget === widget && one.ended < place,
  );
}
