import type { RuleId } from "../../../spec/generated/rules.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../spec/merge-patch.ts";
import type { Exchange } from "../../history/exchange.ts";
import type { History } from "../../history/history.ts";
import type { Observation } from "../../history/observation.ts";
import { itemsAt, widgetIn } from "../../history/views.ts";
import type { Finding } from "../../judge/finding.ts";
import { entryOf } from "../../rules/index.ts";
import { printable } from "../printable-text.ts";
import type { ReportedResponse } from "../report.ts";

/** What says why a call was refused, by the names that such members usually have. */
const reasons = ["code", "title", "detail", "message", "error", "errors"];
const longestValue = 60;
/** Of what an adapter told. */
const mostTold = 12;

/** What came back from the calls of a story, and what adapters and events told meanwhile, in order. */
export function answersOf(
  rule: RuleId,
  finding: Finding,
  history: History,
  calls: readonly Exchange[],
): ReportedResponse[] {
  const updated = calls.flatMap(({ request, operation }) =>
    operation === "updateWidget" ? Object.keys(request.body ?? {}) : [],
  );
  const members = new Set(["status", ...(finding.members ?? updated)]);
  const ids = new Set(
    calls.flatMap(({ operation, response }) =>
      operation === "createWidget" ? [String(widgetIn(response?.body)?.["id"])] : [],
    ),
  );
  const answered = calls.map((exchange) => ({
    place: exchange.ended,
    answer: answerTo(exchange, history, { members, ids }),
  }));
  const all = [...answered, ...toldMeanwhile(rule, history, calls)].sort((a, b) => a.place - b.place);
  return all.map(({ answer }, index) => (index === all.length - 1 ? { ...answer, isFinding: true } : answer));
}

interface Focus {
  readonly members: ReadonlySet<string>;
  readonly ids: ReadonlySet<string>;
}

function answerTo(exchange: Exchange, { items }: History, { members, ids }: Focus): ReportedResponse {
  const { operation, response, error } = exchange;
  const body = response?.body;
  const listed = operation === "listWidgets" && items ? itemsAt(body, items) : undefined;
  const shows = error ?? (listed ? shownInList(listed, members, ids) : shownIn(body, members));
  return {
    call: operation,
    ...(response ? { status: response.status } : {}),
    ...(shows === "" ? {} : { shows: printable(shows) }),
  };
}

function shownIn(body: Json | undefined, members: ReadonlySet<string>): string {
  const widget = widgetIn(body);
  if (widget) return membersOf(widget, ["id", ...members]);
  return isJsonObject(body) ? membersOf(body, reasons) : "";
}

function shownInList(items: readonly JsonObject[], members: ReadonlySet<string>, ids: ReadonlySet<string>): string {
  const own = items.filter(({ id }) => ids.has(String(id)));
  const count = `${items.length} widget${items.length === 1 ? "" : "s"}`;
  return [count, ...own.map((item) => membersOf(item, ["id", ...members]))].join("; ");
}

function membersOf(object: JsonObject, names: readonly string[]): string {
  return names
    .filter((name) => object[name] !== undefined)
    .map((name) => `${name} ${shortened(object[name])}`)
    .join(", ");
}

function shortened(value: Json | undefined): string {
  const text = JSON.stringify(value ?? null);
  return text.length > longestValue ? `${text.slice(0, longestValue - 1)}…` : text;
}

/** What an adapter has told of the story's widgets that shows this rule; and the events that came. */
function toldMeanwhile(rule: RuleId, history: History, calls: readonly Exchange[]) {
  const widgets = new Set(calls.map(({ widget }) => widget));
  const told = looksOf(rule, history, calls).map(({ member, when, came, result, error }) => ({
    place: came,
    answer: { call: member, shows: printable(`${when}: ${error ?? shortened(result)}`) } as ReportedResponse,
  }));
  const events = rule.startsWith("EVENT") ? history.events.filter(({ widget }) => widgets.has(widget)) : [];
  const sent = events.map(({ came, body }) => ({
    place: came,
    answer: { call: "event", shows: printable(shortened(body)) } as ReportedResponse,
  }));
  return [...told, ...sent].slice(0, mostTold);
}

/** What an adapter told that shows a rule: the control, and the first look after the last of the calls that are told. */
export function looksOf(rule: RuleId, { observations }: History, calls: readonly Exchange[]): Observation[] {
  const members: readonly string[] = entryOf(rule).adapter ?? [];
  const last = calls.at(-1);
  const own = observations.filter(({ member, widget }) => members.includes(member) && widget === last?.widget);
  const isBefore = ({ came }: Observation) => last !== undefined && came < last.ended;
  const control = own.filter((one) => (one.when === "active" || one.when === "leaving") && isBefore(one));
  const found = own.find(({ came }) => last !== undefined && came > last.ended);
  return found ? [...control, found] : control;
}
