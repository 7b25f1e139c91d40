import type { Choice, DialectChoices, Rule, WidgetsDocument } from "./document.ts";
import type { Choices } from "./generated/rules.ts";
import { isJsonObject, type Json, mergePatch } from "./merge-patch.ts";
import { didYouMean } from "./nearest.ts";

/** How an implementation fills the gaps of the documentation: a choice for every assumed rule that has choices. */
export interface Dialect {
  /** The dialect's name, or `custom`. */
  readonly name: string;
  readonly choices: Readonly<Choices>;
  /** The document as this dialect has it. */
  readonly document: WidgetsDocument;
  /** What was observed of an implementation that cannot be acted out, as its recorder wrote it. */
  readonly unsupported: Json | undefined;
  /** Rules that it has choices for and that are assumed no more. */
  readonly readPast: readonly string[];
}

/** A dialect that cannot be read; the message says where and names the nearest right word. */
export class DialectError extends Error {
  override readonly name = "DialectError";
}

/**
 * Makes a dialect from the name of one in the document, or from a map of choices as a JSON file holds it.
 * @throws DialectError for anything that the document does not know.
 */
export function resolveDialect(document: WidgetsDocument, wanted: unknown = "default"): Dialect {
  if (typeof wanted === "string") return fromChoices(document, wanted, named(document, wanted), undefined);
  if (!isJsonObject(wanted)) {
    throw new DialectError("A dialect is a JSON object from rule ids to choices, or the name of one.");
  }
  const { unsupported, ...choices } = wanted;
  return fromChoices(document, "custom", choices, unsupported);
}

function named(document: WidgetsDocument, name: string): DialectChoices {
  const dialects = document["x-dialects"];
  const found = Object.hasOwn(dialects, name) ? dialects[name] : undefined;
  if (found) return found;
  const names = Object.keys(dialects);
  throw new DialectError(`There is no dialect "${name}".${didYouMean(name, names)} (${names.join(", ")})`);
}

function fromChoices(
  document: WidgetsDocument,
  name: string,
  wanted: { readonly [rule: string]: unknown },
  unsupported: Json | undefined,
): Dialect {
  const choices: Record<string, string> = {};
  let changed = document as unknown as Json;
  for (const [rule, { choices: offered }] of Object.entries(document["x-rules"])) {
    if (offered?.[0]) choices[rule] = offered[0].choice;
  }
  const known = Object.keys(wanted).filter((rule) => !isSaidNow(document, rule));
  for (const rule of known) choicesOf(document, rule);
  // In the order of the rules, whatever the order of the dialect, so that equal dialects give equal documents.
  for (const rule of Object.keys(choices)) {
    if (!Object.hasOwn(wanted, rule)) continue;
    const { choice, change } = read(choicesOf(document, rule), rule, wanted[rule]);
    choices[rule] = choice;
    changed = change(changed);
  }
  return {
    name,
    choices: choices as unknown as Choices,
    document: changed as unknown as WidgetsDocument,
    unsupported,
    readPast: Object.keys(wanted).filter((rule) => !known.includes(rule)),
  };
}

/** Whether a rule was assumed, as its id tells, until the documentation said it: there is nothing to choose any more. */
function isSaidNow(document: WidgetsDocument, rule: string): boolean {
  const rules: { readonly [id: string]: Rule } = document["x-rules"];
  return rule.startsWith("A-") && Object.hasOwn(rules, rule) && rules[rule]?.basis !== "assumed";
}

function choicesOf(document: WidgetsDocument, rule: string): readonly Choice[] {
  const rules: { readonly [id: string]: Rule } = document["x-rules"];
  const offered = Object.hasOwn(rules, rule) ? rules[rule]?.choices : undefined;
  if (offered) return offered;
  const withChoices = Object.keys(rules).filter((id) => rules[id]?.choices);
  throw new DialectError(
    Object.hasOwn(rules, rule)
      ? `The rule ${rule} has no choices.${didYouMean(rule, withChoices)}`
      : `There is no rule "${rule}".${didYouMean(rule, withChoices)}`,
  );
}

function read(
  offered: readonly Choice[],
  rule: string,
  wanted: unknown,
): { choice: string; change: (document: Json) => Json } {
  const given = isJsonObject(wanted) ? wanted : { choice: wanted as Json };
  const name = given["choice"];
  const found = offered.find(({ choice }) => choice === name);
  if (!found) {
    const names = offered.map(({ choice }) => choice);
    const hint = typeof name === "string" ? didYouMean(name, names) : "";
    throw new DialectError(`${rule} has no choice ${JSON.stringify(name)}.${hint} (${names.join(", ")})`);
  }
  const { choice, patch = {}, append = {}, values = {} } = found;
  for (const value of Object.keys(given)) {
    if (value !== "choice" && !Object.hasOwn(values, value)) {
      throw new DialectError(`${rule}: the choice "${choice}" takes no value "${value}".`);
    }
  }
  for (const [value, pattern] of Object.entries(values)) {
    const text = given[value];
    if (typeof text !== "string" || !new RegExp(pattern, "u").test(text)) {
      throw new DialectError(
        `${rule}: the choice "${choice}" needs a "${value}" that matches ${pattern}, as in {"choice":"${choice}","${value}":"…"}.`,
      );
    }
  }
  const change = (document: Json): Json => {
    const patched = mergePatch(document, fillIn(patch, given));
    return Object.entries(append).reduce(
      (whole, [pointer, more]) => appended(whole, pointer, fillIn(more, given)),
      patched,
    );
  };
  return { choice, change };
}

/** A document with more at the end of one of its lists. */
function appended(document: Json, pointer: string, more: Json): Json {
  const steps = pointer.slice(2).split("/");
  const list = steps.reduce<Json | undefined>((part, step) => (isJsonObject(part) ? part[step] : undefined), document);
  const longer: Json = [...((list ?? []) as readonly Json[]), ...(more as readonly Json[])];
  return mergePatch(
    document,
    steps.reduceRight<Json>((inner, step) => ({ [step]: inner }), longer),
  );
}

/** Puts the values of a choice in where its patch has {name}. */
function fillIn(part: Json, values: { readonly [name: string]: Json }): Json {
  if (typeof part === "string") {
    return part.replace(/^\{(\w+)\}$/, (whole, name: string) => {
      const value = values[name];
      return typeof value === "string" ? value : whole;
    });
  }
  if (Array.isArray(part)) return part.map((item: Json) => fillIn(item, values));
  if (!isJsonObject(part)) return part;
  return Object.fromEntries(Object.entries(part).map(([member, value]) => [member, fillIn(value, values)]));
}
