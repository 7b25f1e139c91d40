import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { widgetIn } from "../history/views.ts";

/** Something that was answered, told or sent, in words that are equal where two implementations behave alike. */
export interface Trait {
  readonly words: string;
  /** What the trait is a value of, in whatever situation: of each only few values are of interest. */
  readonly of: string;
  readonly widget: string | undefined;
}

/** How many values of one thing tell enough of it; of a status more, which is what situations differ in. */
const fewValues = 2;
const fewStatuses = 5;

/** How many differences tell enough of an implementation that has more. */
const mostDifferences = 40;

/** What a history shows that another one of the same plan does not: of what there is too much of, the statuses first. */
export function differences(history: History, usual: ReadonlySet<string>): Trait[] {
  const values = new Map<string, Set<string>>();
  for (const { words, of } of traitsOf(history)) {
    if (usual.has(words)) continue;
    const some = values.get(of) ?? new Set();
    values.set(of, some);
    if (some.size < (isOfStatus(of) ? fewStatuses : fewValues)) some.add(words);
  }
  const telling = [...values].sort(([a], [b]) => Number(isOfStatus(b)) - Number(isOfStatus(a)));
  const kept = new Set(telling.flatMap(([, words]) => [...words]).slice(0, mostDifferences));
  return traitsOf(history).filter(({ words }) => kept.has(words));
}

function isOfStatus(what: string): boolean {
  return what.endsWith(" status");
}

/** All that an implementation was seen to do, without what differs from run to run. */
export function traitsOf(history: History): Trait[] {
  const plain = plainWords(history);
  const traits: Trait[] = [];
  const note = (widget: string | undefined, of: string, value: string, situation = "") =>
    void traits.push({ words: `${of}${situation}: ${value}`, of, widget });
  for (const exchange of history.exchanges) {
    const { widget, response, caller, operation } = exchange;
    const about = `${caller} ${operation}`;
    const situation = situationOf(exchange, history);
    const noteOf = (what: string, value: string) => note(widget, `${about} ${what}`, value, situation);
    noteOf("status", String(response?.status ?? "no answer"));
    noteOf("milliseconds", String(exchange.t1 - exchange.t0));
    for (const [name, value] of Object.entries(response?.headers ?? {})) noteOf(name, plain(value));
    for (const [place, value] of leavesOf(response?.body)) noteOf(place, plain(value, place));
    if (response) noteOf("members", placesOf(response.body).join());
  }
  for (const { widget, ended, from, to } of history.waits) note(widget, "wait", `${ended} after ${to - from}`);
  for (const { widget, member, when, result } of history.observations) {
    for (const [place, value] of leavesOf(result)) note(widget, `${member} when ${when} ${place}`, plain(value, place));
  }
  for (const widget of new Set(history.events.map((event) => event.widget))) {
    const own = history.events.filter((event) => event.widget === widget);
    note(widget, "events", own.map(({ t, isReady, isSigned }) => `${t} ${isReady} ${isSigned}`).join());
    for (const { body } of own) note(widget, "event members", placesOf(body).join());
  }
  return traits;
}

/** What was done with the widget of a call before it. */
function situationOf({ widget, began, probe }: Exchange, { exchanges }: History): string {
  const before = exchanges.findLast(
    (one) => one.widget === widget && one.ended < began && one.request.method !== "GET" && outcomeOf(one) === "done",
  );
  return ` ${probe ?? ""} after ${widget === undefined ? "" : before?.operation}`;
}

/** Whether a member's values are made up anew each time. */
export function isMadeUp(member: string): boolean {
  return /(id|cursor|token|snippet|visibleIndex)$/i.test(member);
}

/** Replaces ids, numbers, and the names that the run gave. */
function plainWords({ exchanges }: History): (value: Json, place?: string) => string {
  const ids = exchanges.flatMap(({ operation, response }) =>
    operation === "createWidget" ? String(widgetIn(response?.body)?.["id"] ?? []) : [],
  );
  const names = exchanges.flatMap(({ widget }) => widget ?? []);
  const words = [...new Set([...ids, ...names])].filter((word) => word !== "").sort((a, b) => b.length - a.length);
  const known = new RegExp(words.map((word) => word.replaceAll(/[^\w-]/g, "\\$&")).join("|") || "(?!)", "g");
  return (value, place = "") => {
    const plain = typeof value === "string" ? value : JSON.stringify(value);
    if (isMadeUp(place)) return `${typeof value} ${/^[a-z]+_/.exec(plain)?.[0] ?? ""}`;
    return plain
      .replaceAll(known, "<name>")
      .replaceAll(/[0-9a-f]{8,}/gi, "<hex>")
      .replaceAll(/\d+/g, "0")
      .slice(0, 80);
  };
}

function leavesOf(body: Json | undefined, place = ""): [string, Json][] {
  if (Array.isArray(body)) return body.flatMap((item) => leavesOf(item, `${place}[]`));
  if (isJsonObject(body)) return Object.entries(body).flatMap(([name, value]) => leavesOf(value, `${place}.${name}`));
  return body === undefined ? [] : [[place, body]];
}

function placesOf(body: Json | undefined): string[] {
  return [...new Set(leavesOf(body).map(([place]) => place))].sort();
}
