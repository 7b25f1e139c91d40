import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";

/** The members of a widget that a client may write, by their names; those of the theme one by one, as `theme.primary`. */
export type Values = ReadonlyMap<string, Json>;

/** The names of members. */
export interface Names {
  has(name: string): boolean;
}

/** What a body or a widget says of the members that are compared; what it gives as null it does not say. */
export function valuesIn(body: JsonObject, members: Names): Values {
  return new Map([...shownIn(body, members)].filter(([, value]) => value !== null));
}

/** The same, null included. */
export function shownIn(body: JsonObject, members: Names): Values {
  const values = new Map<string, Json>();
  for (const [name, value] of Object.entries(body)) {
    if (!members.has(name) || value === undefined) continue;
    if (!isJsonObject(value)) values.set(name, value);
    else for (const [part, inner] of Object.entries(value)) values.set(`${name}.${part}`, inner);
  }
  return values;
}

/** The member of a widget that a value is of, or is part of. */
export function memberOf(name: string): string {
  return name.split(".")[0] ?? name;
}

/** Whether two values of a member are the same to a client; a colour and a host name have no case. */
export function isSame(name: string, one: Json, other: Json): boolean {
  const [first, second] = [JSON.stringify(one), JSON.stringify(other)];
  const hasNoCase = name === "theme.primary" || name === "domains";
  return first === second || (hasNoCase && first.toLowerCase() === second.toLowerCase());
}

/** Whether an update sends some members of the theme, and not all that the documentation shows. */
export function sendsThemeInPart({ theme }: JsonObject): boolean {
  return isJsonObject(theme) && ["mode", "primary", "radius"].some((part) => theme[part] === undefined);
}

/** A member with its value, as one word. */
export function pairOf(name: string, value: Json): string {
  return `${name}=${JSON.stringify(value)}`;
}

/** What an update sends: its members in alphabetical order, a whole theme under a name of its own, and each with its value. */
export function formsOf(body: JsonObject): string[] {
  const names = Object.keys(body).map((name) => (name === "theme" && !sendsThemeInPart(body) ? "whole theme" : name));
  return [names.sort().join(), ...Object.entries(body).map(([name, value]) => pairOf(name, value))];
}
