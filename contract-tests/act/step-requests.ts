import type { JsonObject } from "../../spec/merge-patch.ts";
import { defined } from "../defined.ts";
import { type Exchange, isDone, outcomeOf, ownCallsOf } from "../history/exchange.ts";
import { cursorOf, queryOf } from "../history/pages.ts";
import { itemsAt, widgetIn } from "../history/views.ts";
import { pathSegment } from "../path-segment.ts";
import type { CallStep } from "../plan/step.ts";
import type { CreatedWidget } from "./created-widgets.ts";
import type { Services } from "./services.ts";
import type { WireCall } from "./wire.ts";

/** The request of a step: what the step leaves open is taken from what the run has seen; undefined where it is to be left out. */
export function requestOf(services: Services, step: CallStep, made: CreatedWidget | undefined): WireCall | undefined {
  const { operation, caller = "own", headers, probe, isTricky } = step;
  const { history } = services.wire;
  const id = idFor(services, step, made);
  const query = queryFor(services, step);
  if (id === undefined || query === undefined || (step.needsVisitors && !hasVisitors(history))) return undefined;
  const body = bodyFor(history, step, made);
  const isAbout = made && step.id === undefined && operation !== "listWidgets";
  return {
    ...{ operation, params: { id }, query, caller },
    ...(isAbout && { widget: made.name }),
    ...defined({ body, headers, probe, isTricky }),
  };
}

function idFor({ widgets }: Services, step: CallStep, made: CreatedWidget | undefined): string | undefined {
  const known = made?.id ?? widgets.all[0]?.id ?? "";
  if (step.id !== "unknown") return known;
  const id = idLike(known);
  return widgets.ids.has(id) ? undefined : id;
}

function queryFor(services: Services, { query = {}, cursor: which, asListed }: CallStep): WireCall["query"] {
  if (asListed) return lastListed(services.wire.history) ?? query;
  if (which === undefined) return query;
  const cursor = which === "followed-last" ? services.lister.lastCursor : cursorOfDeleted(services);
  return cursor === undefined ? undefined : { ...query, cursor };
}

/** The query of the organization's last list that began with the first page. */
function lastListed(history: readonly Exchange[]): WireCall["query"] {
  const lists = ownCallsOf(history, "listWidgets").filter((one) => outcomeOf(one) === "done");
  const last = lists.map(queryOf).findLast((query) => !query.has("cursor"));
  return last && Object.fromEntries(last);
}

/** The cursor of a page that ended with a widget of the run that has been deleted since. */
function cursorOfDeleted({ lister: { items, next }, widgets, wire }: Services): string | undefined {
  if (!items || !next) return undefined;
  const deletes = wire.history.filter((one) => isDone(one, "deleteWidget"));
  const isDeleted = (id: string) =>
    widgets.ids.has(id) && deletes.some(({ request }) => request.path.endsWith(`/${pathSegment(id)}`));
  for (const { response } of ownCallsOf(wire.history, "listWidgets").toReversed()) {
    const last = response && itemsAt(response.body, items)?.at(-1);
    const cursor = last && isDeleted(String(last["id"])) ? cursorOf(response, next) : undefined;
    if (cursor !== undefined) return cursor;
  }
  return undefined;
}

/** A step's body, with the members that go back as they were read. */
function bodyFor(
  history: readonly Exchange[],
  { body, asRead = [] }: CallStep,
  made: CreatedWidget | undefined,
): JsonObject | undefined {
  if (!made || asRead.length === 0) return body;
  const isRead = ({ operation, widget }: Exchange) => operation === "getWidget" && widget === made.name;
  const seen = history.findLast((one) => isRead(one) && outcomeOf(one) === "done");
  const view: JsonObject = { name: made.called, ...widgetIn(seen?.response?.body) };
  const members = asRead.flatMap((member) => (view[member] === undefined ? [] : [[member, view[member]] as const]));
  return { ...body, ...Object.fromEntries(members) };
}

/** Whether the target has the visitor's operations, as far as that is known. */
function hasVisitors(history: readonly Exchange[]): boolean {
  const asked = history.findLast(({ operation }) => operation === "getVisitorConfig");
  return asked === undefined || outcomeOf(asked) === "done";
}

/** An id of the same form that nobody has: its letters and figures are the last ones of their kind. */
function idLike(id: string): string {
  const [prefix = "", rest = id] = /^([a-z]+_)?(.+)$/i.exec(id)?.slice(1) ?? [];
  return prefix + rest.replaceAll(/[a-z0-9]/gi, lastOfItsKind);
}

function lastOfItsKind(figure: string): string {
  if (/\d/.test(figure)) return "9";
  if (/[a-f]/.test(figure)) return "f";
  if (/[g-z]/.test(figure)) return "z";
  return /[A-F]/.test(figure) ? "F" : "Z";
}
