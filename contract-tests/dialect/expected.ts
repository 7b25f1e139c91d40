import { DialectError, resolveDialect } from "../../spec/dialect.ts";
import type { DialectChoices, WidgetsDocument } from "../../spec/document.ts";
import { isJsonObject } from "../../spec/merge-patch.ts";
import type { Chosen, Observed } from "./sight.ts";
import { nameOf } from "./sight.ts";

/** A dialect that an implementation is expected to keep to. */
export interface ExpectedDialect {
  readonly choices: DialectChoices;
  /** What no choice names, in words, by rules; undefined where nothing is expected of it. */
  readonly unsupported: { readonly [rule: string]: string } | undefined;
}

/** How a departure from an expected dialect is told. */
export type ExpectLevel = "warn" | "fail";

/**
 * Reads an expected dialect: the name of one, or what a run has written as `dialect.json`.
 * @throws DialectError that says what is wrong, and where
 */
export function expectedFrom(document: WidgetsDocument, wanted: unknown): ExpectedDialect {
  const { choices: all } = resolveDialect(document, wanted);
  if (!isJsonObject(wanted)) return { choices: { ...all }, unsupported: undefined };
  const { unsupported, ...choices } = wanted;
  if (unsupported !== undefined && !isWords(unsupported)) {
    throw new DialectError("unsupported is an object from rule ids to words.");
  }
  return { choices: choices as DialectChoices, unsupported };
}

function isWords(value: unknown): value is { readonly [rule: string]: string } {
  return isJsonObject(value) && Object.values(value).every((words) => typeof words === "string");
}

/** What of a rule is not as expected, for people; undefined where it is, or nothing is expected of it. */
export function departure({ choices, unsupported }: ExpectedDialect, rule: string, seen: Observed): string | undefined {
  const expected = choices[rule];
  const isOther = expected !== undefined && seen.choice !== undefined && !isSame(expected, seen.choice);
  if (isOther) return `It is ${quoted(seen.choice)}, where ${quoted(expected)} is expected.`;
  const words = unsupported?.[rule];
  if (expected !== undefined && seen.choice === undefined && words === undefined) {
    return `${sentence(seen.unsupported)} Expected is ${quoted(expected)}.`;
  }
  if (unsupported === undefined || haveInCommon(words, seen.unsupported)) return undefined;
  if (words === undefined) return `${sentence(seen.unsupported)} Nothing of the kind is expected.`;
  return `${seen.unsupported === undefined ? "It is as assumed." : sentence(seen.unsupported)} Expected is: ${words}.`;
}

/** Whether two texts tell one thing at least: what a run happens to see of a rule is not always all. */
function haveInCommon(expected: string | undefined, seen: string | undefined): boolean {
  if (expected === undefined || seen === undefined) return expected === seen;
  return seen.split("; ").some((part) => expected.split("; ").includes(part));
}

function isSame(one: Chosen, other: Chosen): boolean {
  return nameOf(one) === nameOf(other);
}

function quoted(choice: Chosen): string {
  return `"${nameOf(choice)}"`;
}

/** Words as a sentence. */
export function sentence(words: string | undefined): string {
  return words === undefined ? "" : `Seen is: ${words}.`;
}
