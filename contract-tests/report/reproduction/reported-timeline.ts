import type { RuleId } from "../../../spec/generated/rules.ts";
import { isJsonObject } from "../../../spec/merge-patch.ts";
import type { Exchange } from "../../history/exchange.ts";
import type { History } from "../../history/history.ts";
import { itemsAt, widgetIn } from "../../history/views.ts";
import { printableText } from "../printable-text.ts";
import type { ReportedMoment, ReportedTimeline } from "../report.ts";
import { relevantObservations } from "./reported-responses.ts";

/** Most moments of a drawing: reads that show nothing new are left out, the oldest first. */
const maxMoments = 40;

/** What a reproduction is about. */
export interface TimelineFocus {
  readonly rule: RuleId;
  readonly calls: readonly Exchange[];
  readonly script: string;
}

/** The timeline of the widget of a script, up to the last exchange and observation of a reproduction. */
export function reportedTimeline(
  history: History,
  { rule, calls, script }: TimelineFocus,
): ReportedTimeline | undefined {
  const { exchanges } = history;
  const created = exchanges.find(
    (one) => one.operation === "createWidget" && one.origin?.script === script && widgetOf(one),
  );
  const last = calls.at(-1);
  const id = created && widgetOf(created)?.["id"];
  if (!created || !last || typeof id !== "string") return undefined;
  const observed = relevantObservations(rule, history, calls).findLast(({ came }) => came > last.ended);
  const end = observed?.came ?? last.ended;
  const requested = exchanges
    .filter(({ began, ended }) => began >= created.began && ended <= end)
    .flatMap((exchange): PositionedMoment[] => {
      const moment = momentOf(exchange, { history, created, id, isRelevant: calls.includes(exchange) });
      return moment ? [{ moment, position: exchange.ended }] : [];
    });
  const all = [...requested, ...observedMoments(history, created, end)].sort((a, b) => a.position - b.position);
  const moments = all.map(
    ({ moment, position }): ReportedMoment => (position === end ? { ...moment, isFinding: true } : moment),
  );
  return { widgetId: printableText(id), moments: withoutRepetition(moments) };
}

interface PositionedMoment {
  readonly moment: ReportedMoment;
  readonly position: number;
}

interface MomentContext {
  readonly history: History;
  readonly created: Exchange;
  readonly id: string;
  /** Whether the reproduction has the exchange. */
  readonly isRelevant: boolean;
}

function momentOf(exchange: Exchange, { history, created, id, isRelevant }: MomentContext): ReportedMoment | undefined {
  const { operation, caller, request, response, t0, t1 } = exchange;
  const base = {
    startMs: t0 - created.t0,
    endMs: t1 - created.t0,
    source: operation,
    ...(response ? { httpStatus: response.status } : {}),
  };
  if (exchange.probe !== undefined && !isRelevant) return undefined;
  if (caller !== "own" || (exchange.widget !== created.widget && operation !== "listWidgets")) {
    return isRelevant ? { ...base, kind: "other" } : undefined;
  }
  if (operation !== "listWidgets") {
    return { ...base, kind: request.method === "GET" ? "read" : "write", ...widgetStatusIn(exchange) };
  }
  const item = history.items && itemsAt(response?.body, history.items)?.find((one) => one["id"] === id);
  if (!item && !isRelevant) return undefined;
  return { ...base, kind: "list", widgetStatus: item ? statusText(item["status"]) : null };
}

function widgetStatusIn(exchange: Exchange): Pick<ReportedMoment, "widgetStatus"> {
  const { request, response } = exchange;
  if (request.method === "GET" && (response?.status === 404 || response?.status === 410)) return { widgetStatus: null };
  const status = widgetOf(exchange)?.["status"];
  return status === undefined ? {} : { widgetStatus: statusText(status) };
}

function observedMoments({ observations, events }: History, created: Exchange, end: number): PositionedMoment[] {
  const position = (t: number) => t - created.t0;
  const adapter = observations.map(({ widget, member, came, t0, t1, result }) => {
    const started = isJsonObject(result) ? result["started"] : undefined;
    const word = typeof started === "boolean" ? { result: started ? "yes" : "no" } : {};
    const moment = { startMs: position(t0), endMs: position(t1), kind: "adapter", source: member, ...word } as const;
    return { widget, position: came, moment };
  });
  const received = events.map(({ widget, came, t, isReady }) => {
    const source = isReady ? "widget.ready" : "event";
    return {
      widget,
      position: came,
      moment: { startMs: position(t), endMs: position(t), kind: "event", source } as const,
    };
  });
  return [...adapter, ...received].filter((one) => one.widget === created.widget && one.position <= end);
}

/** Drops lists that show a known status, and further reads that do if there are too many. */
function withoutRepetition(moments: readonly ReportedMoment[]): ReportedMoment[] {
  const isNews = (moment: ReportedMoment, index: number, all: readonly ReportedMoment[]) =>
    moment.isFinding || moment.widgetStatus !== statusBefore(all, index);
  const kept = moments.filter((moment, index) => moment.kind !== "list" || isNews(moment, index, moments));
  let excess = kept.length - maxMoments;
  return kept.filter((moment, index) => moment.kind !== "read" || isNews(moment, index, kept) || excess-- <= 0);
}

function statusBefore(moments: readonly ReportedMoment[], index: number): string | null | undefined {
  return moments.slice(0, index).findLast(({ widgetStatus }) => widgetStatus !== undefined)?.widgetStatus;
}

function widgetOf({ response }: Exchange) {
  return widgetIn(response?.body);
}

function statusText(status: unknown): string {
  return printableText(typeof status === "string" ? status : (JSON.stringify(status) ?? "nothing"), 40);
}
