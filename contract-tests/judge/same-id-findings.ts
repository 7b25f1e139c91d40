import type { RuleId } from "../../spec/generated/rules.ts";
import type { JsonObject } from "../../spec/merge-patch.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { widgetIn } from "../history/views.ts";
import type { Finding } from "./finding.ts";
import { isSame, type Names, shownIn, valuesIn } from "./values.ts";

type Check = (call: Exchange, view: JsonObject | undefined, members: Names) => string | undefined;

/** What the read after a call must show, whichever widgets have its id. */
const checks: { readonly [operationId: string]: { readonly rule: RuleId; readonly check: Check } } = {
  updateWidget: {
    rule: "UPDATE-5",
    check({ request }, view, members) {
      const shown = view && shownIn(view, members);
      const lost = [...valuesIn(request.body ?? {}, members)].find(
        ([name, value]) => shown && !isSame(name, value, shown.get(name) ?? null),
      );
      return lost && `After an update ${lost[0]} is ${JSON.stringify(shown?.get(lost[0]) ?? null)}, not what was sent.`;
    },
  },
  pauseWidget: {
    rule: "PAUSE-1",
    check: (_, view) => (isLive(view) ? `After a pause the status is ${view?.["status"]}.` : undefined),
  },
  deleteWidget: {
    rule: "DELETE-1",
    check: (_, view) => (view ? "After a delete the widget is still shown." : undefined),
  },
};

/**
 * What can be said where creates give the same id again and again, so that widgets cannot be told apart: whether the read
 * that follows a call of the quiet lane, in which nothing else happens, shows that it has had its effect.
 */
export function sameIdFindings({ exchanges }: History, members: Names): Finding[] {
  return exchanges.flatMap((call): Finding[] => {
    const known = checks[call.operation];
    const isQuiet = call.origin?.lane === "quiet" && call.caller === "own" && outcomeOf(call) === "done";
    if (!known || !isQuiet) return [];
    const read = exchanges.find(
      (one) => one.operation === "getWidget" && one.origin?.script === call.origin?.script && one.began > call.ended,
    );
    const says = read?.response && known.check(call, widgetIn(read.response.body), members);
    if (!read || !says) return [];
    return [{ rule: known.rule, level: "fail", says, calls: [call.n, read.n], script: call.origin?.script ?? "" }];
  });
}

function isLive(view: JsonObject | undefined): boolean {
  return view?.["status"] === "active" || view?.["status"] === "draft";
}
