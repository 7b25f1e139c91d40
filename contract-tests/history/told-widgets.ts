import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";

/** How members are called that hold what was before. */
const past = /prev|old|before|prior|from|was/i;

/**
 * The objects in the body of an event that show a widget, wherever they are: those that carry its id, under whatever name. What
 * stands under a name of the past tells of another time.
 */
export function toldWidgets(body: Json, id: string): JsonObject[] {
  if (typeof body === "string") return body.startsWith("{") ? toldWidgets(parsed(body), id) : [];
  if (Array.isArray(body)) return body.flatMap((item) => toldWidgets(item, id));
  if (!isJsonObject(body)) return [];
  const inside = Object.entries(body).filter(([name]) => !past.test(name));
  const own = inside.some(([, value]) => value === id) ? [body] : [];
  return [...own, ...inside.flatMap(([, value]) => toldWidgets(value, id))];
}

/** An envelope may hold JSON as a text. */
function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
