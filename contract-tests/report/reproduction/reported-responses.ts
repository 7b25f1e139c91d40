import type { RuleId } from "../../../spec/generated/rules.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../spec/merge-patch.ts";
import { printableText } from "../../../spec/text/printable-text.ts";
import type { Exchange } from "../../history/exchange.ts";
import type { History } from "../../history/history.ts";
import type { Observation } from "../../history/observation.ts";
import { itemsAt, widgetIn } from "../../history/views.ts";
import type { Finding } from "../../judge/finding.ts";
import { entryOf } from "../../rules/index.ts";
import type { ReportedResponse } from "../report.ts";

/** Members that usually say why a request was rejected. */
const errorMembers = ["code", "title", "detail", "message", "error", "errors"];
const maxValueLength = 60;
/** Most observations and events of a reproduction. */
const maxObservations = 12;

/** The responses of a reproduction, with what the adapter observed and which events came meanwhile, in order. */
export function reportedResponses(
  rule: RuleId,
  finding: Finding,
  history: History,
  calls: readonly Exchange[],
): ReportedResponse[] {
  const updated = calls.flatMap(({ request, operation }) =>
    operation === "updateWidget" ? Object.keys(request.body ?? {}) : [],
  );
  const focus: Focus = {
    members: ["id", ...new Set(["status", ...(finding.members ?? updated)])],
    ids: new Set(
      calls.flatMap(({ operation, response }) =>
        operation === "createWidget" ? [String(widgetIn(response?.body)?.["id"])] : [],
      ),
    ),
  };
  const responses = calls.map((exchange) => ({
    position: exchange.ended,
    response: responseOf(exchange, history, focus),
  }));
  const all = [...responses, ...observedMeanwhile(rule, history, calls)].sort((a, b) => a.position - b.position);
  return all.map(({ response }, index) => (index === all.length - 1 ? { ...response, isFinding: true } : response));
}

/** What of the responses matters. */
interface Focus {
  readonly members: readonly string[];
  /** Ids of the widgets that the reproduction creates. */
  readonly ids: ReadonlySet<string>;
}

function responseOf(exchange: Exchange, { items }: History, focus: Focus): ReportedResponse {
  const { operation, response, error } = exchange;
  const list = operation === "listWidgets" && items ? itemsAt(response?.body, items) : undefined;
  const excerpt = error ?? (list ? listExcerpt(list, focus) : bodyExcerpt(response?.body, focus));
  return {
    source: operation,
    ...(response ? { httpStatus: response.status } : {}),
    ...(excerpt === "" ? {} : { excerpt: printableText(excerpt) }),
  };
}

function bodyExcerpt(body: Json | undefined, { members }: Focus): string {
  const widget = widgetIn(body);
  if (widget) return membersText(widget, members);
  return isJsonObject(body) ? membersText(body, errorMembers) : "";
}

function listExcerpt(items: readonly JsonObject[], { members, ids }: Focus): string {
  const own = items.filter(({ id }) => ids.has(String(id)));
  const count = `${items.length} widget${items.length === 1 ? "" : "s"}`;
  return [count, ...own.map((item) => membersText(item, members))].join("; ");
}

function membersText(object: JsonObject, names: readonly string[]): string {
  return names
    .filter((name) => object[name] !== undefined)
    .map((name) => `${name} ${valueText(object[name])}`)
    .join(", ");
}

function valueText(value: Json | undefined): string {
  const text = JSON.stringify(value ?? null);
  return text.length > maxValueLength ? `${text.slice(0, maxValueLength - 1)}…` : text;
}

/** Observations of this rule, and for a rule about events the events, of the widgets in a reproduction. */
function observedMeanwhile(rule: RuleId, history: History, calls: readonly Exchange[]) {
  const widgets = new Set(calls.map(({ widget }) => widget));
  const observed = relevantObservations(rule, history, calls).map(({ member, when, came, result, error }) => ({
    position: came,
    response: { source: member, excerpt: printableText(`${when}: ${error ?? valueText(result)}`) },
  }));
  const events = entryOf(rule).reliesOn?.includes("subscribe")
    ? history.events.filter(({ widget }) => widgets.has(widget))
    : [];
  const received = events.map(({ came, body }) => ({
    position: came,
    response: { source: "event", excerpt: printableText(valueText(body)) },
  }));
  return [...observed, ...received].slice(0, maxObservations);
}

/** The adapter's observations that show a rule: the control, and the first after the last request of a reproduction. */
export function relevantObservations(
  rule: RuleId,
  { observations }: History,
  calls: readonly Exchange[],
): Observation[] {
  const members: readonly string[] = entryOf(rule).adapter ?? [];
  const last = calls.at(-1);
  if (!last) return [];
  const own = observations.filter(({ member, widget }) => members.includes(member) && widget === last.widget);
  const control = own.filter(({ when, came }) => (when === "active" || when === "leaving") && came < last.ended);
  const violation = own.find(({ came }) => came > last.ended);
  return violation ? [...control, violation] : control;
}
