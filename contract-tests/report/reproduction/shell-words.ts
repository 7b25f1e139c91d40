import { jsonEscape } from "../../../spec/text/printable-text.ts";
import type { MemberPath } from "../../history/views.ts";

/** Quotes a text as one word of a POSIX shell. */
export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A part of a word: literal text, or something that the shell expands. */
export type ShellPart = string | { readonly shell: string };

/** Joins literal text and what the shell expands into one word. */
export function shellWord(parts: readonly ShellPart[]): string {
  // An interactive shell expands an exclamation mark within double quotes, too.
  const isPlain = parts.every((part) => typeof part !== "string" || !/["$`\\!]/.test(part));
  if (isPlain) return `"${parts.map((part) => (typeof part === "string" ? part : part.shell)).join("")}"`;
  return parts.map((part) => (typeof part === "string" ? shellQuote(part) : `"${part.shell}"`)).join("");
}

/** Writes a JSON body as one word; invisible characters, and those that turn the reading direction, become escapes. */
export function shellBody(body: object): string {
  return shellQuote(JSON.stringify(body).replaceAll(/[\p{Cf}\p{Cc}\p{Zl}\p{Zp}\p{M}]/gu, jsonEscape));
}

/** Writes the path to a member as a jq filter, whatever its members are called. */
export function jqFilter(path: MemberPath): string {
  const steps = path.map((name) => (/^[A-Za-z_]\w*$/.test(name) ? `.${name}` : `[${jqString(name)}]`));
  return steps[0]?.startsWith(".") ? steps.join("") : `.${steps.join("")}`;
}

/** Writes the command that takes the id out of the widget at a place, encoded as a segment of a path. */
export function idFilter(place: MemberPath): string {
  return `jq -r ${shellQuote(`${jqFilter([...place, "id"])} | @uri`)}`;
}

function jqString(name: string): string {
  return JSON.stringify(name).replaceAll(/[^ -~]/g, jsonEscape);
}
