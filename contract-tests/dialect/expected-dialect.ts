import { DialectError, resolveDialect } from "../../spec/dialect.ts";
import type { DialectChoices, WidgetsDocument } from "../../spec/document.ts";
import { isJsonObject } from "../../spec/merge-patch.ts";
import { choiceName, type ObservedRule } from "./observation.ts";

/** A dialect that a server is expected to have. */
export interface ExpectedDialect {
  readonly choices: DialectChoices;
  /** What no choice covers, in words, by rule; undefined if nothing is expected of it. */
  readonly unsupported: { readonly [rule: string]: string } | undefined;
}

/** Level of a deviation from an expected dialect. */
export type ExpectLevel = "warn" | "fail";

/**
 * Reads an expected dialect: the name of one, or the content of a `dialect.json`.
 * @throws DialectError that says what is wrong, and where
 */
export function readExpectedDialect(document: WidgetsDocument, expected: unknown): ExpectedDialect {
  const { choices: all } = resolveDialect(document, expected);
  if (!isJsonObject(expected)) return { choices: { ...all }, unsupported: undefined };
  const { unsupported, ...choices } = expected;
  if (unsupported !== undefined && !isTextByRule(unsupported)) {
    throw new DialectError("unsupported must be an object from rule ids to text");
  }
  return { choices: choices as DialectChoices, unsupported };
}

function isTextByRule(value: unknown): value is { readonly [rule: string]: string } {
  return isJsonObject(value) && Object.values(value).every((text) => typeof text === "string");
}

/** Describes how a rule deviates from an expected dialect; undefined if it does not, or nothing is expected of it. */
export function deviationFrom(
  { choices, unsupported }: ExpectedDialect,
  rule: string,
  observed: ObservedRule,
): string | undefined {
  const choice = choices[rule];
  const name = choice === undefined ? undefined : `expected "${choiceName(choice)}"`;
  if (name !== undefined && observed.choice !== undefined && name !== `expected "${choiceName(observed.choice)}"`) {
    return `observed "${choiceName(observed.choice)}", ${name}`;
  }
  const text = unsupported?.[rule];
  if (name !== undefined && observed.choice === undefined && text === undefined) {
    return `${observed.unsupported}; ${name}`;
  }
  if (unsupported === undefined || haveCommonPart(text, observed.unsupported)) return undefined;
  return `${observed.unsupported ?? "as assumed"}; expected ${text === undefined ? "no deviation" : `"${text}"`}`;
}

/** Whether two texts share a part: a run does not always see everything about a rule. */
function haveCommonPart(expected: string | undefined, observed: string | undefined): boolean {
  if (expected === undefined || observed === undefined) return expected === observed;
  return observed.split("; ").some((part) => expected.split("; ").includes(part));
}
