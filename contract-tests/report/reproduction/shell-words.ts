import { escaped } from "../printable-text.ts";

/** A text as one word of a POSIX shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A part of a word: text as it is, or something that the shell puts in. */
export type ShellPart = string | { readonly shell: string };

/** Texts and what the shell puts between them, as one word. */
export function shellWord(parts: readonly ShellPart[]): string {
  // An exclamation mark is for the history of an interactive shell, within double quotes too.
  const isPlain = parts.every((part) => typeof part !== "string" || !/["$`\\!]/.test(part));
  if (isPlain) return `"${parts.map((part) => (typeof part === "string" ? part : part.shell)).join("")}"`;
  return parts.map((part) => (typeof part === "string" ? quoted(part) : `"${part.shell}"`)).join("");
}

/** A JSON body as one word; what cannot be seen, or would turn the reading direction, is written as an escape. */
export function bodyWord(body: object): string {
  return quoted(JSON.stringify(body).replaceAll(/[\p{Cf}\p{Cc}\p{Zl}\p{Zp}\p{M}]/gu, escaped));
}
