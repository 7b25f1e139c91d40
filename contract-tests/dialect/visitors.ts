import type { RuleId } from "../../spec/generated/rules.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import { getBefore } from "../history/timeline.ts";
import type { DialectContext, DialectObservation } from "./observation.ts";

/** Observes the operations of visitors, where a server has those that are assumed. */
export function observeVisitors(context: DialectContext): DialectObservation[] {
  const config = probeOf(context, "A-VIS-1", "getVisitorConfig");
  if (!config || outcomeOf(config) !== "done") return [];
  return [{ rule: "A-VIS-1", calls: [config] }, ...observeOtherPage(context), ...observeNoDomains(context)];
}

function probeOf({ history }: DialectContext, rule: RuleId, operation: string): Exchange | undefined {
  return history.exchanges.findLast((exchange) => exchange.probe === rule && exchange.operation === operation);
}

/** A-VIS-4: a conversation from a page that is not in `domains`. */
function observeOtherPage(context: DialectContext): DialectObservation[] {
  const start = probeOf(context, "A-VIS-4", "startConversation");
  if (!start || outcomeOf(start) === "unknown") return [];
  const timelines = context.timelines.filter(({ widget }) => widget === start.widget);
  const get = timelines.map((timeline) => getBefore(timeline, start)).find((one) => one !== undefined);
  const domains = get?.widget["domains"];
  // Without domains, any page may.
  if (!Array.isArray(domains) || domains.length === 0) return [];
  const status = start.response?.status;
  const deviation = status === 403 ? undefined : `a page that is not in domains returns ${status}`;
  return [{ rule: "A-VIS-4", calls: [start], deviation }];
}

/** A-VIS-6: the same without domains. A conversation that starts shows A-VIS-2, too. */
function observeNoDomains(context: DialectContext): DialectObservation[] {
  const update = probeOf(context, "A-VIS-6", "updateWidget");
  const start = probeOf(context, "A-VIS-6", "startConversation");
  if (!update || !start || outcomeOf(update) !== "done" || outcomeOf(start) === "unknown") return [];
  const isStarted = outcomeOf(start) === "done";
  return [
    ...(isStarted ? [{ rule: "A-VIS-2", calls: [start] } as const] : []),
    { rule: "A-VIS-6", choice: isStarted ? "any" : "none", calls: [update, start] },
  ];
}
