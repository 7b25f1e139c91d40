import { breaksDown, type Exchange, outcomeOf } from "../history/exchange.ts";
import { oncePer } from "../history/once.ts";
import { viewsIn } from "../history/timeline.ts";
import { isReadOnlyUpdate } from "../plan/values.ts";
import type { Breach, OperationId, RuleContext } from "./rule-entry.ts";

/** The calls of an operation that the run made itself and that had their effect. */
export function acceptedCalls({ done }: RuleContext, wanted: OperationId): Exchange[] {
  return done.filter(({ operation, caller }) => operation === wanted && caller === "own");
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
  return history.exchanges
    .filter((one) => one.operation === "getWidget" && one.widget === widget && one.ended < place)
    .at(-1);
}

/** So many tries that all break a service down are no chance. */
const minTries = 3;

/** Breaches of the rule that an operation works: it breaks the service down each time, an update with the same values. */
export function breakdownsOf(wanted: OperationId): (context: RuleContext) => Breach[] {
  return (context) =>
    triesByKind(context)
      .filter(([first]) => first?.operation === wanted)
      .flatMap((tries): Breach[] => {
        const [first] = tries;
        if (!first || tries.length < minTries || !tries.every(breaksDown)) return [];
        const message = `${wanted} returned ${first.response?.status}, ${tries.length} of ${tries.length} times.`;
        return [{ message, calls: [first.n], script: first.origin?.script ?? "" }];
      });
}

/** The writes that ought to work, those of the same kind together. */
const triesByKind = oncePer(({ history, document }: RuleContext): Exchange[][] => {
  const kinds = new Map<string, Exchange[]>();
  const gone = new Set<string>();
  for (const exchange of history.exchanges) {
    const { operation, caller, origin, request, widget = "" } = exchange;
    if (caller !== "own" || request.method === "GET") continue;
    if (request.body && isReadOnlyUpdate(document, request.body)) continue;
    // What is asked of a widget that is gone tells nothing of those that are there.
    if (gone.has(widget)) continue;
    if (operation === "deleteWidget" && outcomeOf(exchange) === "done") gone.add(widget);
    const isUpdate = operation === "updateWidget";
    const kind = JSON.stringify([operation, ...(isUpdate ? [origin?.script, request.body] : [])]);
    kinds.set(kind, [...(kinds.get(kind) ?? []), exchange]);
  }
  return [...kinds.values()];
});
