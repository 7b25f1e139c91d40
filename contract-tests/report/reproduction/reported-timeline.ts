import type { RuleId } from "../../../spec/generated/rules.ts";
import { isJsonObject } from "../../../spec/merge-patch.ts";
import { printableText } from "../../../spec/text/printable-text.ts";
import type { Exchange } from "../../history/exchange.ts";
import type { History } from "../../history/history.ts";
import type { Observation } from "../../history/observation.ts";
import { exchangesIn, type Moment, placeOf, timelinesOf } from "../../history/timeline.ts";
import { widgetIn } from "../../history/views.ts";
import type { ReportedMoment, ReportedTimeline } from "../report.ts";
import { relevantObservations } from "./reported-responses.ts";

/** Most moments of a drawing: reads that show nothing new are left out, the oldest first. */
const maxMoments = 40;

/** The timeline of the widget of a script, up to the last exchange and observation of a reproduction. */
export function reportedTimeline(
  history: History,
  { rule, calls, script }: { readonly rule: RuleId; readonly calls: readonly Exchange[]; readonly script: string },
): ReportedTimeline | undefined {
  const timeline = timelinesOf(history).find((one) => one.script === script);
  const last = calls.at(-1);
  if (!timeline || !last) return undefined;
  const { created, id } = timeline;
  const end = relevantObservations(rule, history, calls).find(({ came }) => came > last.ended)?.came ?? last.ended;
  const own = timeline.moments.filter((moment) => placeOf(moment) <= end && isReported(moment, calls));
  const exchanges = new Set([created, ...exchangesIn({ ...timeline, moments: own })]);
  const others = calls.filter((call) => !exchanges.has(call) && call.began >= created.began && call.ended <= end);
  const moments = [
    { position: created.ended, moment: callMoment(created) },
    ...own.map((moment) => ({ position: placeOf(moment), moment: reportedMoment(moment) })),
    ...others.map((exchange) => ({ position: exchange.ended, moment: otherMoment(exchange) })),
  ]
    .sort((a, b) => a.position - b.position)
    .map(({ position, moment: { startMs, endMs, ...rest } }): ReportedMoment => {
      const times = { startMs: startMs - created.t0, endMs: endMs - created.t0 };
      return { ...times, ...rest, ...(position === end ? { isFinding: true } : {}) };
    });
  return { widgetId: printableText(id), moments: withoutRepetition(moments) };
}

/** Probes, requests of other callers and absences from lists count only if the reproduction has them. */
function isReported(moment: Moment, calls: readonly Exchange[]): boolean {
  if (moment.kind === "observed" || moment.kind === "event") return true;
  const { exchange, kind } = moment;
  const isAbsence = kind === "missing" && moment.inList;
  return calls.includes(exchange) || (exchange.probe === undefined && exchange.caller === "own" && !isAbsence);
}

function reportedMoment(moment: Moment): ReportedMoment {
  if (moment.kind === "event") {
    const { t, isReady } = moment.event;
    return { startMs: t, endMs: t, kind: "event", source: isReady ? "widget.ready" : "event" };
  }
  if (moment.kind === "observed") return observedMoment(moment.observation);
  const { exchange } = moment;
  if (moment.kind === "call") return exchange.caller === "own" ? callMoment(exchange) : otherMoment(exchange);
  const widgetStatus = moment.kind === "missing" ? null : statusText(moment.widget["status"]);
  return { ...exchangeMoment(exchange), kind: moment.inList ? "list" : "read", widgetStatus };
}

function observedMoment({ t0, t1, member, result }: Observation): ReportedMoment {
  const started = isJsonObject(result) ? result["started"] : undefined;
  const word = typeof started === "boolean" ? { result: started ? "yes" : "no" } : {};
  return { startMs: t0, endMs: t1, kind: "adapter", source: member, ...word };
}

/** A request on the widget that is no view of it; the response to a write may show its status. */
function callMoment(exchange: Exchange): ReportedMoment {
  const isRead = exchange.request.method === "GET";
  const status = widgetIn(exchange.response?.body)?.["status"];
  return {
    ...exchangeMoment(exchange),
    kind: isRead ? "read" : "write",
    ...(status === undefined ? {} : { widgetStatus: statusText(status) }),
  };
}

/** A request of a reproduction that is not on the widget, or a page that does not show it. */
function otherMoment(exchange: Exchange): ReportedMoment {
  const isPage = exchange.operation === "listWidgets" && exchange.caller === "own";
  return { ...exchangeMoment(exchange), ...(isPage ? { kind: "list", widgetStatus: null } : { kind: "other" }) };
}

function exchangeMoment({ operation, response, t0, t1 }: Exchange) {
  return { startMs: t0, endMs: t1, source: operation, ...(response ? { httpStatus: response.status } : {}) };
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

function statusText(status: unknown): string {
  return printableText(typeof status === "string" ? status : (JSON.stringify(status) ?? "nothing"), 40);
}
