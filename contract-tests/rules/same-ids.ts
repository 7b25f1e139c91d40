import type { JsonObject } from "../../spec/merge-patch.ts";
import type { Exchange } from "../history/exchange.ts";
import { widgetIn } from "../history/views.ts";
import { acceptedCalls } from "./calls.ts";
import type { Breach, OperationId, RuleContext } from "./rule-entry.ts";

/**
 * What can be told of an operation where creates give the same id again and again, so that there are no timelines: whether
 * the read that follows a call of the quiet lane, in which nothing else happens, shows that it has had its effect.
 * @param wrong what is wrong with that read; undefined where nothing is
 */
export function withSameIds(
  operation: OperationId,
  wrong: (call: Exchange, view: JsonObject | undefined, context: RuleContext) => string | undefined,
): (context: RuleContext) => Breach[] {
  return (context) => {
    if (!context.hasSameIds) return [];
    const quiet = acceptedCalls(context, operation).filter(({ origin }) => origin?.lane === "quiet");
    return quiet.flatMap((call): Breach[] => {
      const script = call.origin?.script ?? "";
      const read = context.history.exchanges.find(
        (one) => one.operation === "getWidget" && one.origin?.script === script && one.began > call.ended,
      );
      const message = read?.response && wrong(call, widgetIn(read.response.body), context);
      return read && message !== undefined ? [{ message, calls: [call.n, read.n], script }] : [];
    });
  };
}
