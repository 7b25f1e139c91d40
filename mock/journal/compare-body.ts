import { type Mismatch, mismatch, nothing, shown } from "./mismatch.ts";

/** A member that a body must have, and its value if that matters. */
export interface MemberFilter {
  /** Names from the outside in. */
  readonly path: readonly string[];
  /** JSON, or text without quotes. */
  readonly value: string | undefined;
}

/** Reads `name`, `name=Bakery` and `theme.colour=blue`. */
export function readMemberFilter(text: string): MemberFilter {
  const [, name = "", value] = /^([^=]*)(?:=(.*))?$/s.exec(text) ?? [];
  return { path: name.split("."), value };
}

/** Gives a mismatch if a body does not have the member. */
export function* memberMismatch(body: unknown, { path, value }: MemberFilter): Generator<Mismatch> {
  let found: unknown = body;
  for (const name of path) {
    if (!isContainer(found) || !Object.hasOwn(found, name)) {
      yield mismatch(placeName(`/${path.join("/")}`), value ?? "a value", nothing);
      return;
    }
    found = found[name];
  }
  if (value !== undefined && found !== value && shown(found) !== value) {
    yield mismatch(placeName(`/${path.join("/")}`), value, shown(found));
  }
}

/**
 * Compares a body with a part of it that is expected.
 * @param place JSON Pointer to both
 */
export function* compareBody(found: unknown, expected: unknown, place: string): Generator<Mismatch> {
  if (isObject(expected) && isObject(found)) yield* compareMembers(found, expected, place);
  else if (Array.isArray(expected) && Array.isArray(found) && expected.length === found.length) {
    for (const [index, value] of expected.entries()) yield* compareBody(found[index], value, `${place}/${index}`);
  } else if (expected !== found) yield mismatch(placeName(place), shown(expected), shown(found));
}

function* compareMembers(found: JsonMembers, expected: JsonMembers, place: string): Generator<Mismatch> {
  for (const [name, value] of Object.entries(expected)) {
    // As in JSON, a member that is undefined is left out.
    if (value === undefined) continue;
    const member = `${place}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    if (Object.hasOwn(found, name)) yield* compareBody(found[name], value, member);
    else yield mismatch(placeName(member), shown(value), nothing);
  }
}

function placeName(place: string): string {
  return place === "" ? "body" : `body ${place}`;
}

type JsonMembers = Readonly<Record<string, unknown>>;

/** Number of levels that a value is nested, at most one more than a limit. */
export function depthOf(value: unknown, limit: number): number {
  if (!isContainer(value)) return 0;
  if (limit < 0) return 1;
  return 1 + Object.values(value).reduce((most: number, member) => Math.max(most, depthOf(member, limit - 1)), 0);
}

function isContainer(value: unknown): value is JsonMembers {
  return typeof value === "object" && value !== null;
}

function isObject(value: unknown): value is JsonMembers {
  return isContainer(value) && !Array.isArray(value);
}
