import type { RuleId } from "../../../spec/generated/rules.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../spec/merge-patch.ts";
import type { Exchange } from "../../history/exchange.ts";
import type { History } from "../../history/history.ts";
import { itemsAt, widgetIn } from "../../history/views.ts";
import type { Finding } from "../../judge/finding.ts";
import { shownBy } from "../../judge/shown-by.ts";
import { printable } from "../printable.ts";
import type { Answer } from "../report.ts";

/** What says why a call was refused, by the names that such members usually have. */
const reasons = ["code", "title", "detail", "message", "error"];
const longestValue = 60;
/** Of what an adapter told. */
const mostTold = 12;

/** What came back from the calls of a story, and what adapters and events told meanwhile, in order. */
export function answersOf(rule: RuleId, finding: Finding, history: History, calls: readonly Exchange[]): Answer[] {
  const last = calls.at(-1);
  const updated = calls.flatMap(({ request, call }) =>
    call === "updateWidget" ? Object.keys(request.body ?? {}) : [],
  );
  const members = new Set(["status", ...(finding.members ?? updated)]);
  const widgets = new Set(calls.map(({ widget }) => widget));
  const ids = new Set(
    calls.flatMap(({ call, response }) => (call === "createWidget" ? [String(widgetIn(response?.body)?.["id"])] : [])),
  );
  const told = toldMeanwhile(rule, history, widgets);
  const answered = calls.map((exchange) => ({
    t: exchange.t1,
    answer: answerTo(exchange, history, { members, ids, isFinding: exchange === last && told.length === 0 }),
  }));
  return [...answered, ...told].sort((a, b) => a.t - b.t).map(({ answer }) => answer);
}

interface Focus {
  readonly members: ReadonlySet<string>;
  readonly ids: ReadonlySet<string>;
  readonly isFinding: boolean;
}

function answerTo(exchange: Exchange, { items }: History, { members, ids, isFinding }: Focus): Answer {
  const { call, response, error } = exchange;
  const body = response?.body;
  const listed = call === "listWidgets" && items ? itemsAt(body, items) : undefined;
  const shows = error ?? (listed ? shownInList(listed, members, ids) : shownIn(body, members));
  return {
    call,
    ...(response ? { status: response.status } : {}),
    ...(shows === "" ? {} : { shows: printable(shows) }),
    ...(isFinding ? { isFinding } : {}),
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
function toldMeanwhile(rule: RuleId, { observations, events }: History, widgets: ReadonlySet<string | undefined>) {
  const seenBy: readonly string[] = shownBy[rule] ?? [];
  const told = observations
    .filter(({ member, widget }) => widgets.has(widget) && seenBy.includes(member))
    .map(({ member, when, t1, result, error }) => ({
      t: t1,
      answer: { call: member, shows: printable(`${when}: ${error ?? shortened(result)}`) } as Answer,
    }));
  const came = rule.startsWith("EVENT") ? events.filter(({ widget }) => widgets.has(widget)) : [];
  const sent = came.map(({ t, body }) => ({
    t,
    answer: { call: "event", shows: printable(shortened(body)) } as Answer,
  }));
  return [...told, ...sent].slice(0, mostTold);
}
