import type { JsonObject } from "../../spec/merge-patch.ts";
import type { CallerRole, Exchange } from "../history/exchange.ts";
import { itemsAt, widgetIn } from "../history/views.ts";
import { timesListed } from "./calls.ts";
import { failuresOf } from "./failures.ts";
import type { RuleContext, RuleEntry } from "./rule-entry.ts";

/** The rules about whose widgets a caller reaches: what somebody else reaches is proof in one exchange. */
export const scopeRules = {
  "SCOPE-1": ofCaller("anonymous", "without a credential", "to a caller without a credential"),
  "SCOPE-2": ofCaller("other", "of another organization", "of this organization to another one's"),
  "SCOPE-3": {
    isOfLists: true,
    needsWholePlan: true,
    evidence: timesListed,
    findings: failuresOf("listWidgets"),
    relaxations: [{ breadth: 70, onlyViews: true, fits: ({ view }) => view.kind === "missing" && view.inList }],
  },
} satisfies { readonly [rule: string]: RuleEntry };

/** The entry of a rule about what a caller must not reach. */
function ofCaller(caller: CallerRole, whose: string, toWhom: string) {
  return {
    isProof: true,
    evidence: ({ history }) => history.exchanges.filter((one) => one.caller === caller && one.response).length,
    findings: (context) => [
      ...foreignWrites(context, caller).map(({ what, calls }) => ({
        calls,
        message: `A caller ${whose} could ${what}`,
      })),
      ...shownTo(context, caller).map(({ what, calls }) => ({ calls, message: `${what} ${toWhom}.` })),
    ],
  } as const satisfies RuleEntry;
}

/** The pauses and updates by somebody else that were accepted, and that the next read of the widget shows. */
function foreignWrites({ history, done }: RuleContext, caller: CallerRole) {
  const reads = history.exchanges.filter((one) => one.operation === "getWidget" && one.caller === "own");
  return done
    .filter((one) => one.caller === caller && one.request.method !== "GET")
    .flatMap((write) => {
      const own = reads.filter(({ widget }) => widget === write.widget);
      const read = own.find((one) => one.began > write.ended);
      const before = widgetIn(own.findLast((one) => one.ended < write.began)?.response?.body);
      const after = widgetIn(read?.response?.body);
      const what = before && after && effectOf(write, before, after);
      return read && what ? [{ what, calls: [write.n, read.n] }] : [];
    });
}

/** What a write has done, by the reads before it and after it; undefined where nothing shows it. */
function effectOf({ operation, request }: Exchange, before: JsonObject, after: JsonObject): string | undefined {
  if (operation === "pauseWidget") {
    const { status } = after;
    const isPaused = before["status"] === "active" && status !== undefined && status !== "active";
    return isPaused ? `pause a widget: it is ${status}.` : undefined;
  }
  const [name = "", value] = Object.entries(request.body ?? {})[0] ?? [];
  const isWritten = operation === "updateWidget" && after[name] === value && before[name] !== value;
  return isWritten ? `update a widget: its ${name} is ${JSON.stringify(value)}.` : undefined;
}

/** What somebody else was shown: any widget to a caller without a credential, one of the run's to another organization. */
function shownTo({ history, done, timelines }: RuleContext, caller: CallerRole) {
  const ids = new Set(timelines.map(({ id }) => id));
  return done
    .filter((exchange) => exchange.caller === caller)
    .flatMap((exchange) => {
      const { operation, response, n } = exchange;
      const items = operation === "listWidgets" ? history.items && itemsAt(response?.body, history.items) : undefined;
      const all = operation === "listWidgets" ? (items ?? []) : [widgetIn(response?.body) ?? {}];
      const shown = all.filter(({ id }) => id !== undefined && (caller === "anonymous" || ids.has(String(id))));
      if (shown.length === 0) return [];
      const what = `${operation} showed ${shown.length === 1 ? "a widget" : `${shown.length} widgets`}`;
      return [{ what, calls: [n] }];
    });
}
