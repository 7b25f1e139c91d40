import type { ApiDocument } from "../document.ts";
import { resolve } from "../document.ts";
import { isJsonObject, type Json } from "../merge-patch.ts";

/**
 * Checks that every reference of a document leads somewhere in it.
 * @returns issues, each with its place
 */
export function checkTargets(document: Json): string[] {
  const check = (part: Json, place: string): string[] => {
    if (typeof part !== "object" || part === null) return [];
    const inside = Object.entries(part).flatMap(([key, value]) => check(value, `${place}/${key}`));
    const target = isJsonObject(part) ? part["$ref"] : undefined;
    if (typeof target !== "string" || leadsSomewhere(document, target)) return inside;
    return [`${place}/$ref: ${JSON.stringify(target)} is nowhere in the document`, ...inside];
  };
  return check(document, "#");
}

function leadsSomewhere(document: Json, $ref: string): boolean {
  if (!$ref.startsWith("#/")) return false;
  try {
    resolve(document as unknown as ApiDocument, { $ref });
    return true;
  } catch {
    return false;
  }
}
