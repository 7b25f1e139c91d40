import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import type { Exchange } from "./exchange.ts";

/** Members that an answer may wrap a widget in. */
const wrappers = ["widget", "data", "node", "attributes", "item", "result"];
/** How deep a widget, or the array of a list, may be. */
const deepest = 3;

/** The widget that an answer holds: the object that carries an id, itself or wrapped. */
export function widgetIn(body: Json | undefined, depth = 0): JsonObject | undefined {
  if (!isJsonObject(body) || depth > deepest) return undefined;
  const inner = wrappers.map((name) => body[name]).find(isJsonObject);
  if (typeof body["id"] === "string") {
    // As in {id, type, attributes: {…}}: what is inside belongs to it.
    return isJsonObject(body["attributes"]) ? { ...body["attributes"], id: body["id"] } : body;
  }
  return inner && widgetIn(inner, depth + 1);
}

/** Whether a call was answered with a widget. */
export function showsWidget({ response }: Pick<Exchange, "response">): boolean {
  return response !== undefined && response.status < 300 && widgetIn(response.body) !== undefined;
}

/** Where an answer has its widget: the names of the members that lead to it; undefined where it has none. */
export function placeOfWidget(body: Json | undefined, depth = 0): MemberPath | undefined {
  if (!isJsonObject(body) || depth > deepest) return undefined;
  if (typeof body["id"] === "string" || typeof body["id"] === "number") return [];
  const name = wrappers.find((one) => isJsonObject(body[one]));
  const inner = name === undefined ? undefined : placeOfWidget(body[name], depth + 1);
  return name === undefined || inner === undefined ? undefined : [name, ...inner];
}

/** Where the items of a list are: the names of the members that lead to their array, none where the body is the array. */
export type MemberPath = readonly string[];

/**
 * Where the items of a list are: the one array that holds a widget with an id that the run made. Nothing else tells: an
 * array of warnings may carry ids and names too.
 */
export function placeOfItems(body: Json | undefined, ownIds: Pick<ReadonlySet<string>, "has">): MemberPath | undefined {
  const found = arraysIn(body).filter(({ items }) =>
    items.some((item) => ownIds.has(String(widgetIn(item)?.["id"] ?? ""))),
  );
  return found.length === 1 ? found[0]?.place : undefined;
}

/** The place of an empty list: that of the only array there is; undefined where there are several, or items in it. */
export function onlyPlace(body: Json | undefined): MemberPath | undefined {
  const found = arraysIn(body);
  return found.length === 1 && found[0]?.items.length === 0 ? found[0].place : undefined;
}

/** Whether a body is a list, whatever its envelope: there is an array in it. */
export function holdsArray(body: Json | undefined): boolean {
  return arraysIn(body).length > 0;
}

/** The id of the first widget in any array of a body; undefined where there is none. */
export function firstListedId(body: Json | undefined): string | undefined {
  const ids = arraysIn(body).flatMap(({ items }) => items.map((item) => widgetIn(item)?.["id"]));
  return ids.find((id) => typeof id === "string");
}

/** The widgets at a place of a list's body; undefined where there is no array. */
export function itemsAt(body: Json | undefined, place: MemberPath): JsonObject[] | undefined {
  const at = memberAt(body, place);
  return Array.isArray(at) ? at.map((item) => widgetIn(item)).filter((item) => item !== undefined) : undefined;
}

/** A list's body with other items at their place. */
export function withItemsAt(body: Json, [name, ...rest]: MemberPath, change: (items: readonly Json[]) => Json[]): Json {
  if (name === undefined) return Array.isArray(body) ? change(body) : body;
  if (!isJsonObject(body) || !(name in body)) return body;
  return { ...body, [name]: withItemsAt(body[name] ?? null, rest, change) };
}

/** The value at a place of a body; undefined where there is none. */
export function memberAt(body: Json | undefined, place: MemberPath): Json | undefined {
  return place.reduce<Json | undefined>((value, name) => (isJsonObject(value) ? value[name] : undefined), body);
}

function arraysIn(
  body: Json | undefined,
  place: MemberPath = [],
): { readonly place: MemberPath; readonly items: readonly Json[] }[] {
  if (Array.isArray(body)) return [{ place, items: body }];
  if (!isJsonObject(body) || place.length >= deepest) return [];
  return Object.entries(body).flatMap(([name, value]) => arraysIn(value, [...place, name]));
}
