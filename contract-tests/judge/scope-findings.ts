import type { JsonObject } from "../../spec/merge-patch.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import type { JudgedTimeline } from "../history/timeline.ts";
import { itemsAt, widgetIn } from "../history/views.ts";
import type { Finding } from "./finding.ts";

/** SCOPE-1 and SCOPE-2: proof in one exchange. */
export function scopeFindings(history: History, timelines: readonly JudgedTimeline[]): Finding[] {
  const ids = new Set(timelines.map(({ id }) => id));
  return [...foreignWrites(history), ...shownToForeigners(history, ids)];
}

/** A pause or an update by somebody else that was accepted, and that the next read of the widget shows. */
function foreignWrites({ exchanges }: History): Finding[] {
  return exchanges
    .filter((one) => one.caller !== "own" && one.request.method !== "GET" && outcomeOf(one) === "done")
    .flatMap((write): Finding[] => {
      const reads = exchanges.filter(
        (one) => one.operation === "getWidget" && one.widget === write.widget && one.caller === "own",
      );
      const read = reads.find((one) => one.began > write.ended);
      const before = widgetIn(reads.findLast((one) => one.ended < write.began)?.response?.body);
      const after = widgetIn(read?.response?.body);
      const effect = before && after && effectOf(write, before, after);
      if (!read || !effect) return [];
      const rule = write.caller === "anonymous" ? "SCOPE-1" : "SCOPE-2";
      const whose = write.caller === "anonymous" ? "without a credential" : "of another organization";
      return [{ rule, level: "fail", says: `A caller ${whose} could ${effect}`, calls: [write.n, read.n] }];
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

function shownToForeigners(history: History, ids: ReadonlySet<string>): Finding[] {
  return history.exchanges
    .filter((exchange) => exchange.caller !== "own" && outcomeOf(exchange) === "done")
    .flatMap((exchange): Finding[] => {
      const isNobody = exchange.caller === "anonymous";
      const seen = widgetsIn(exchange, history).filter(({ id }) => isNobody || ids.has(String(id)));
      if (seen.length === 0) return [];
      const what = `${exchange.operation} showed ${seen.length === 1 ? "a widget" : `${seen.length} widgets`}`;
      const calls = [exchange.n];
      return isNobody
        ? [{ rule: "SCOPE-1", level: "fail", says: `${what} to a caller without a credential.`, calls }]
        : [{ rule: "SCOPE-2", level: "fail", says: `${what} of this organization to another one's.`, calls }];
    });
}

function widgetsIn({ operation, response }: Exchange, { items }: History): JsonObject[] {
  if (operation === "listWidgets") return (items && itemsAt(response?.body, items)) ?? [];
  return [widgetIn(response?.body)].filter((one) => one !== undefined);
}
