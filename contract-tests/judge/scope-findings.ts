import type { JsonObject } from "../../spec/merge-patch.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { itemsAt, widgetIn } from "../history/views.ts";
import type { Finding } from "./finding.ts";
import type { Timeline } from "./timeline.ts";

/** SCOPE-1 and SCOPE-2: proof in one exchange. */
export function scopeFindings(history: History, timelines: readonly Timeline[]): Finding[] {
  const ids = new Set(timelines.map(({ id }) => id));
  return [...foreignPauses(history), ...shownToForeigners(history, ids)];
}

/** A pause by somebody else that was accepted, and after which the widget is no active one any more. */
function foreignPauses({ exchanges }: History): Finding[] {
  return exchanges
    .filter((one) => one.who !== "own" && one.call === "pauseWidget" && outcomeOf(one) === "done")
    .flatMap((pause): Finding[] => {
      const read = exchanges.find(
        (one) => one.call === "getWidget" && one.widget === pause.widget && one.began > pause.ended,
      );
      const status = widgetIn(read?.response?.body)?.["status"];
      if (!read || status === undefined || status === "active") return [];
      const rule = pause.who === "nobody" ? "SCOPE-1" : "SCOPE-2";
      const whose = pause.who === "nobody" ? "without a credential" : "of another organization";
      const says = `A caller ${whose} could pause a widget: it is ${status}.`;
      return [{ rule, level: "fail", says, calls: [pause.n, read.n] }];
    });
}

function shownToForeigners(history: History, ids: ReadonlySet<string>): Finding[] {
  return history.exchanges
    .filter((exchange) => exchange.who !== "own" && outcomeOf(exchange) === "done")
    .flatMap((exchange): Finding[] => {
      const isNobody = exchange.who === "nobody";
      const seen = widgetsIn(exchange, history).filter(({ id }) => isNobody || ids.has(String(id)));
      if (seen.length === 0) return [];
      const what = `${exchange.call} showed ${seen.length === 1 ? "a widget" : `${seen.length} widgets`}`;
      const calls = [exchange.n];
      return isNobody
        ? [{ rule: "SCOPE-1", level: "fail", says: `${what} to a caller without a credential.`, calls }]
        : [{ rule: "SCOPE-2", level: "fail", says: `${what} of this organization to another one's.`, calls }];
    });
}

function widgetsIn({ call, response }: Exchange, { items }: History): JsonObject[] {
  if (call === "listWidgets") return (items && itemsAt(response?.body, items)) ?? [];
  return [widgetIn(response?.body)].filter((one) => one !== undefined);
}
