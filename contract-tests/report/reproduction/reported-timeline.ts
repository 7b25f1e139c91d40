import type { RuleId } from "../../../spec/generated/rules.ts";
import { isJsonObject } from "../../../spec/merge-patch.ts";
import type { Exchange } from "../../history/exchange.ts";
import type { History } from "../../history/history.ts";
import type { Pass } from "../../history/record.ts";
import { itemsAt, widgetIn } from "../../history/views.ts";
import { printable } from "../printable-text.ts";
import type { ReportedMoment, ReportedTimeline } from "../report.ts";
import { looksOf } from "./reported-responses.ts";

/** More than these are not drawn: reads that tell nothing new are left out, the oldest first. */
const mostMoments = 40;

/** What a pass saw of the widget of a script, until the last of the calls and looks that are told. */
export function timelineOf(
  { history }: Pass,
  {
    rule,
    calls,
    script,
  }: { readonly rule: RuleId; readonly calls: readonly Exchange[]; readonly script: string | undefined },
): ReportedTimeline | undefined {
  const { exchanges } = history;
  const created = exchanges.find(
    (one) => one.operation === "createWidget" && one.origin?.script === script && widgetOf(one),
  );
  const last = calls.at(-1);
  const id = created && widgetOf(created)?.["id"];
  if (!created || !last || typeof id !== "string") return undefined;
  const look = looksOf(rule, history, calls).findLast(({ came }) => came > last.ended);
  const end = look?.came ?? last.ended;
  const seen = exchanges
    .filter(({ began, ended }) => began >= created.began && ended <= end)
    .flatMap((exchange): Ordered[] => {
      const moment = momentOf(exchange, { history, created, id, told: calls.includes(exchange) });
      return moment ? [{ moment, place: exchange.ended }] : [];
    });
  const all = [...seen, ...toldOf(history, created, end)].sort((a, b) => a.place - b.place);
  const moments = all.map(({ moment, place }) => (place === end ? { ...moment, isFinding: true } : moment));
  return { widget: printable(id), moments: withoutNews(moments) };
}

interface Ordered {
  readonly moment: ReportedMoment;
  readonly place: number;
}

interface Looked {
  readonly history: History;
  readonly created: Exchange;
  readonly id: string;
  /** Whether it is one of the calls that are told. */
  readonly told: boolean;
}

function momentOf(exchange: Exchange, { history, created, id, told }: Looked): ReportedMoment | undefined {
  const { operation, caller, request, response, t0, t1 } = exchange;
  const base = {
    from: t0 - created.t0,
    to: t1 - created.t0,
    call: operation,
    ...(response ? { answer: response.status } : {}),
  };
  if (exchange.probe !== undefined && !told) return undefined;
  if (caller !== "own" || (exchange.widget !== created.widget && operation !== "listWidgets")) {
    return told ? { ...base, kind: "beside" } : undefined;
  }
  if (operation !== "listWidgets") {
    return { ...base, kind: request.method === "GET" ? "read" : "write", ...shownBy(exchange) };
  }
  const item = history.items && itemsAt(response?.body, history.items)?.find((one) => one["id"] === id);
  if (!item && !told) return undefined;
  return { ...base, kind: "list", shows: item ? statusOf(item["status"]) : null };
}

function shownBy(exchange: Exchange): Pick<ReportedMoment, "shows"> {
  const { request, response } = exchange;
  if (request.method === "GET" && (response?.status === 404 || response?.status === 410)) return { shows: null };
  const status = widgetOf(exchange)?.["status"];
  return status === undefined ? {} : { shows: statusOf(status) };
}

/** What adapters and events told meanwhile. */
function toldOf({ observations, events }: History, created: Exchange, end: number): Ordered[] {
  const seen = observations.map(({ widget, member, came, t0, t1, result }) => ({
    ...{ widget, came, t0, t1, call: member },
    says:
      isJsonObject(result) && typeof result["started"] === "boolean" ? (result["started"] ? "yes" : "no") : undefined,
  }));
  const sent = events.map(({ widget, came, t, isReady }) => ({
    ...{ widget, came, t0: t, t1: t, call: isReady ? "widget.ready" : "event", says: undefined },
  }));
  return [...seen, ...sent]
    .filter(({ widget, came }) => widget === created.widget && came <= end)
    .map(({ came, t0, t1, call, says }) => ({
      moment: {
        ...{ from: t0 - created.t0, to: t1 - created.t0, kind: "told", call },
        ...(says === undefined ? {} : { says }),
      } as const,
      place: came,
    }));
}

/** Without lists that show what was known, and without more reads than can be drawn. */
function withoutNews(moments: readonly ReportedMoment[]): ReportedMoment[] {
  const telling = moments.filter(
    (moment, index) => moment.kind !== "list" || moment.isFinding || moment.shows !== shownBefore(moments, index),
  );
  let tooMany = telling.length - mostMoments;
  return telling.filter((moment, index) => {
    const isNews = moment.kind !== "read" || moment.isFinding || moment.shows !== shownBefore(telling, index);
    if (isNews || tooMany <= 0) return true;
    tooMany--;
    return false;
  });
}

function shownBefore(moments: readonly ReportedMoment[], index: number): string | null | undefined {
  return moments.slice(0, index).findLast(({ shows }) => shows !== undefined)?.shows;
}

function widgetOf({ response }: Exchange) {
  return widgetIn(response?.body);
}

function statusOf(status: unknown): string {
  return printable(typeof status === "string" ? status : (JSON.stringify(status) ?? "nothing"), 40);
}
