/** Any JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
/** A JSON object; `undefined` never stands for a member. */
export interface JsonObject {
  readonly [member: string]: Json;
}

/** Tells objects from arrays, null and the rest. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * A JSON Merge Patch (RFC 7396) applied to a value. Pure: neither argument changes, and what the patch does not touch is
 * shared with the result rather than copied, which is why no library is used: those at hand write into their target.
 */
export function mergePatch(target: Json | undefined, patch: Json): Json {
  if (!isJsonObject(patch)) return patch;
  const merged = new Map(isJsonObject(target) ? Object.entries(target) : []);
  for (const [member, value] of Object.entries(patch)) {
    if (value === null) merged.delete(member);
    else merged.set(member, mergePatch(merged.get(member), value));
  }
  return Object.fromEntries(merged);
}
