import type { Exchange } from "../history/exchange.ts";
import { deletedFrom } from "../history/timeline.ts";
import { timesAccepted } from "./calls.ts";
import type { Breach, RuleContext, RuleEntry } from "./rule-entry.ts";

/** The rules about paths and bodies. */
export const pathRules = {
  "PATH-1": {
    evidence: ({ done }) => done.length,
    findings: missingOperations,
    relaxations: [{ breadth: 72, mayBeNotFound: true }],
  },
  // Named in place of UPDATE-1, where no update at all is accepted.
  "PATH-2": { evidence: timesAccepted("createWidget") },
} satisfies { readonly [rule: string]: RuleEntry };

/** Operations that no existing widget has ever been found by. */
function missingOperations({ history, timelines, hasSameIds }: RuleContext): Breach[] {
  // Widgets with one id go with the first delete.
  if (hasSameIds) return [];
  const goneFrom = new Map(timelines.map((timeline) => [timeline.widget, deletedFrom(timeline)]));
  const onExisting = history.exchanges.filter(
    ({ caller, widget = "", ended }) => caller === "own" && ended < (goneFrom.get(widget) ?? 0),
  );
  const isMissing = ({ response }: Exchange) => response?.status === 404 || response?.status === 405;
  return [...new Set(onExisting.map(({ operation }) => operation))].flatMap((operation): Breach[] => {
    const all = onExisting.filter((exchange) => exchange.operation === operation);
    if (!all.every(isMissing) || all.length < 2) return [];
    const message = `${operation} does not exist: ${all[0]?.response?.status} on every widget.`;
    return [{ message, calls: all.map(({ n }) => n) }];
  });
}
