import type { JsonObject } from "../../spec/merge-patch.ts";
import type { CallerRole, Exchange } from "../history/exchange.ts";
import { itemsAt, widgetIn } from "../history/views.ts";
import { timesListed } from "./calls.ts";
import type { RuleContext, RuleEntry } from "./rule-entry.ts";

/** The rules about whose widgets a caller reaches: what somebody else reaches is proof in one exchange. */
export const scopeRules = {
  "SCOPE-1": {
    isProof: true,
    evidence: timesAnswered("anonymous"),
    findings: (context) => [
      ...foreignWrites(context, "anonymous").map(({ effect, ...write }) => ({
        ...write,
        message: `A caller without a credential could ${effect}`,
      })),
      ...shownTo(context, "anonymous").map(({ what, calls }) => ({
        message: `${what} to a caller without a credential.`,
        calls,
      })),
    ],
  },
  "SCOPE-2": {
    isProof: true,
    evidence: timesAnswered("other"),
    findings: (context) => [
      ...foreignWrites(context, "other").map(({ effect, ...write }) => ({
        ...write,
        message: `A caller of another organization could ${effect}`,
      })),
      ...shownTo(context, "other").map(({ what, calls }) => ({
        message: `${what} of this organization to another one's.`,
        calls,
      })),
    ],
  },
  "SCOPE-3": {
    isOfLists: true,
    needsWholePlan: true,
    evidence: timesListed,
    relaxations: [{ breadth: 70, onlyViews: true, fits: ({ view }) => view.kind === "missing" && view.inList }],
  },
} satisfies { readonly [rule: string]: RuleEntry };

function timesAnswered(caller: CallerRole): (context: RuleContext) => number {
  return ({ history }) => history.exchanges.filter((one) => one.caller === caller && one.response).length;
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
      const effect = before && after && effectOf(write, before, after);
      return read && effect ? [{ effect, calls: [write.n, read.n] }] : [];
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
