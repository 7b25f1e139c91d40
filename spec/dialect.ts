import type { Choice, DialectChoices, Rule, WidgetsDocument } from "./document.ts";
import type { Choices } from "./generated/rules.ts";
import { isJsonObject, type Json, type JsonObject, mergePatch } from "./merge-patch.ts";
import { nearestOf, unknownName } from "./nearest.ts";

/** A choice for every assumed rule that has choices: how an implementation behaves where the documentation is silent. */
export interface Dialect {
  /** The dialect's name, or `custom`. */
  readonly name: string;
  readonly choices: Readonly<Choices>;
  /** The document in this dialect. */
  readonly document: WidgetsDocument;
  /** Observations of an implementation that the mock cannot reproduce, as they were recorded. */
  readonly unsupported: Json | undefined;
  /** Rules that the dialect has choices for and that are documented by now. */
  readonly ignoredRules: readonly string[];
}

/** An invalid dialect. The message says where, and suggests the nearest valid name. */
export class DialectError extends Error {
  override readonly name = "DialectError";
}

/**
 * Resolves a dialect: the name of one in the document, or an object from rule ids to choices, as a JSON file has it.
 * @throws DialectError for a dialect, rule, choice or value that the document does not have
 */
export function resolveDialect(document: WidgetsDocument, dialect: unknown = "default"): Dialect {
  if (typeof dialect === "string") {
    return applyChoices(document, { name: dialect, wanted: namedDialect(document, dialect), unsupported: undefined });
  }
  if (!isJsonObject(dialect)) {
    throw new DialectError("a dialect must be a name, or a JSON object from rule ids to choices");
  }
  const { unsupported, ...wanted } = dialect;
  return applyChoices(document, { name: "custom", wanted, unsupported });
}

function namedDialect(document: WidgetsDocument, name: string): DialectChoices {
  const dialects = document["x-dialects"];
  const dialect = Object.hasOwn(dialects, name) ? dialects[name] : undefined;
  if (!dialect) throw new DialectError(unknownName("dialect", name, Object.keys(dialects)));
  return dialect;
}

function applyChoices(
  document: WidgetsDocument,
  { name, wanted, unsupported }: { name: string; wanted: JsonObject; unsupported: Json | undefined },
): Dialect {
  const choices: Record<string, string> = {};
  let changed = document as unknown as Json;
  for (const [rule, { choices: offered }] of Object.entries(document["x-rules"])) {
    if (offered?.[0]) choices[rule] = offered[0].choice;
  }
  const ignoredRules = Object.keys(wanted).filter((rule) => ruleOf(document, rule)?.wasAssumed);
  for (const rule of Object.keys(wanted)) if (!ignoredRules.includes(rule)) choicesOf(document, rule);
  // In the order of the rules, whatever the order of the dialect, so that equal dialects give equal documents.
  for (const rule of Object.keys(choices)) {
    const selection = Object.hasOwn(wanted, rule) ? wanted[rule] : undefined;
    if (selection === undefined) continue;
    const choice = selectChoice(choicesOf(document, rule), rule, selection);
    choices[rule] = choice.choice;
    changed = applyChoice(changed, choice, isJsonObject(selection) ? selection : {});
  }
  return {
    name,
    choices: choices as unknown as Choices,
    document: changed as unknown as WidgetsDocument,
    unsupported,
    ignoredRules,
  };
}

function ruleOf(document: WidgetsDocument, id: string): Rule | undefined {
  const rules: { readonly [id: string]: Rule } = document["x-rules"];
  return Object.hasOwn(rules, id) ? rules[id] : undefined;
}

function choicesOf(document: WidgetsDocument, id: string): readonly Choice[] {
  const rule = ruleOf(document, id);
  if (rule?.choices) return rule.choices;
  const known = Object.entries(document["x-rules"]).flatMap(([other, { choices }]) => (choices ? [other] : []));
  if (!rule) throw new DialectError(unknownName("rule", id, known));
  const nearest = nearestOf(id, known);
  throw new DialectError(`the rule ${id} has no choices${nearest === undefined ? "" : `, did you mean "${nearest}"?`}`);
}

/** The choice that a dialect selects, by its name or as an object with its values. */
function selectChoice(offered: readonly Choice[], rule: string, selection: Json): Choice {
  const given: JsonObject = isJsonObject(selection) ? selection : { choice: selection };
  const name = given["choice"];
  const found = offered.find(({ choice }) => choice === name);
  if (!found) {
    const names = offered.map(({ choice }) => choice);
    if (typeof name === "string") throw new DialectError(`${rule}: ${unknownName("choice", name, names)}`);
    const list = names.map((one) => JSON.stringify(one)).join(", ");
    throw new DialectError(`${rule}: the choice must be a string, one of ${list}, got ${JSON.stringify(name ?? null)}`);
  }
  const { choice, values = {} } = found;
  const unknown = Object.keys(given).find((value) => value !== "choice" && !Object.hasOwn(values, value));
  if (unknown !== undefined) throw new DialectError(`${rule}: the choice "${choice}" has no value "${unknown}"`);
  for (const [value, pattern] of Object.entries(values)) {
    const text = given[value];
    if (typeof text !== "string" || !new RegExp(pattern, "u").test(text)) {
      const example = JSON.stringify({ choice, [value]: "…" });
      throw new DialectError(`${rule}: the choice "${choice}" needs a "${value}" that matches ${pattern}: ${example}`);
    }
  }
  return found;
}

/** A document with the patch and the additions of a choice, its values filled in. */
function applyChoice(document: Json, { patch = {}, append = {} }: Choice, values: JsonObject): Json {
  const patched = mergePatch(document, fillPlaceholders(patch, values));
  return Object.entries(append).reduce(
    (whole, [pointer, items]) => appendItems(whole, pointer, fillPlaceholders(items, values)),
    patched,
  );
}

/** A document with more items at the end of one of its lists. */
function appendItems(document: Json, pointer: string, items: Json): Json {
  const steps = pointer.slice(2).split("/");
  const list = steps.reduce<Json | undefined>((part, step) => (isJsonObject(part) ? part[step] : undefined), document);
  const longer: Json = [...((list ?? []) as readonly Json[]), ...(items as readonly Json[])];
  return mergePatch(
    document,
    steps.reduceRight<Json>((inner, step) => ({ [step]: inner }), longer),
  );
}

/** Replaces each text that is {name} by the value of that name. */
function fillPlaceholders(part: Json, values: JsonObject): Json {
  if (typeof part === "string") {
    return part.replace(/^\{(\w+)\}$/, (whole, name: string) => {
      const value = values[name];
      return typeof value === "string" ? value : whole;
    });
  }
  if (Array.isArray(part)) return part.map((item: Json) => fillPlaceholders(item, values));
  if (!isJsonObject(part)) return part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, fillPlaceholders(value, values)]));
}
