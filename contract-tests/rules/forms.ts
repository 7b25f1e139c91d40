import type { Schema, WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import { membersOf, schemaNamed, withReference } from "../../spec/schema.ts";
import { oncePer } from "../history/once.ts";
import { type ShownMoment, viewsIn } from "../history/timeline.ts";
import { memberAt } from "../history/views.ts";
import type { Breach, RuleContext } from "./rule-entry.ts";

/** A member of a widget, or a part of one as `theme.primary`. */
interface Form {
  readonly path: readonly string[];
  readonly schema: Schema;
  readonly rule: RuleId;
  /** Values that the documentation has for a member that only the target writes. */
  readonly words: readonly string[];
}

/** What is wrong with the form of the widgets that the run made, wherever they were shown, under the rules of members; each thing once. */
export const formBreaches = oncePer(({ document, timelines }: RuleContext) => {
  const forms = formsOf(document);
  const found = new Map<string, { readonly rule: RuleId } & Breach>();
  const views = timelines.flatMap(viewsIn);
  for (const view of views) {
    for (const breach of forms.flatMap((form) => breachesIn(form, view))) {
      // Each thing in its first place, with its last call.
      found.set(`${breach.rule} ${breach.message}`, { ...breach, calls: [view.exchange.n] });
    }
  }
  return [...found.values()];
});

/** What the documentation shows of widgets, by its example: another type is a breach. */
function formsOf(document: WidgetsDocument): Form[] {
  const members = ["WidgetState", "WidgetConfiguration"].flatMap((name) => [
    ...membersOf(document, schemaNamed(document, name)),
  ]);
  return members.flatMap(([name, schema]): Form[] => {
    const rule = schema["x-rule"];
    if (rule === undefined) return [];
    const documented = schema.readOnly ? (document["x-rules"][rule].documentedValues?.[name] ?? []) : [];
    const items = schema.items && withReference(document, schema.items);
    const own: Form = {
      path: [name],
      schema: items ? { ...schema, items } : schema,
      rule,
      words: documented.map(String),
    };
    const parts = Object.entries(schema.properties ?? {}).map(
      ([part, inner]): Form => ({ path: [name, part], schema: withReference(document, inner), rule, words: [] }),
    );
    return [own, ...parts];
  });
}

type FormBreach = Pick<Breach, "level" | "message"> & { readonly rule: RuleId };

function breachesIn(form: Form, { widget, inList }: ShownMoment): FormBreach[] {
  const value = memberAt(widget, form.path);
  if (value === undefined) return inList ? [] : missingIn(form, widget);
  // null stands for nothing while a crawl has yet to fill it in; a word of the target's own it never is.
  return value === null && form.words.length === 0 ? [] : wrongWith(form, value);
}

function wrongWith({ path, schema, rule, words }: Form, value: Json): FormBreach[] {
  const message = wrongType(schema, value) ?? wrongForm(schema, value) ?? wrongCase(words, value);
  const name = path.join(".");
  if (message !== undefined) return [{ rule, message: `${name} ${message}.` }];
  // What the documentation shows of a part's form it does not demand.
  const isPart = path.length > 1 && typeof value === "string";
  const isOdd = isPart && schema.pattern !== undefined && !new RegExp(schema.pattern).test(value);
  return isOdd ? [{ rule, level: "warn", message: `${name} is ${value}, unlike ${schema.examples?.[0]}.` }] : [];
}

/** What is wrong with the type of a value; undefined where nothing is. */
function wrongType({ type = [], items }: Schema, value: Json): string | undefined {
  const types = [type].flat();
  if (types.length === 0 || types.some((one) => isOfType(one, items, value))) return undefined;
  const names = types.map((one) => (one === "array" ? `array of ${items?.type}s` : one));
  return `is not ${/^[aio]/.test(names.join()) ? "an" : "a"} ${names.join(" or ")}`;
}

function isOfType(type: string, items: Schema | undefined, value: Json): boolean {
  if (type === "array") return Array.isArray(value) && value.every((item) => !items || !wrongType(items, item));
  if (type === "object") return isJsonObject(value);
  if (type === "integer") return Number.isInteger(value);
  return type === "null" ? value === null : typeof value === type;
}

/** What is wrong with a value of the right type: a time by RFC 3339, and an address where the documentation has host names. */
function wrongForm({ format, items }: Schema, value: Json): string | undefined {
  if (format === "date-time") {
    const isTime = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(String(value));
    return isTime && !Number.isNaN(Date.parse(String(value)))
      ? undefined
      : `is not an RFC 3339 time: ${JSON.stringify(value)}`;
  }
  const pattern = items?.pattern;
  if (pattern === undefined || !Array.isArray(value)) return undefined;
  const isAddress = value.some((item) => String(item).includes("://") && !new RegExp(pattern).test(String(item)));
  return isAddress ? "has a URL instead of host names" : undefined;
}

function wrongCase(words: readonly string[], value: Json): string | undefined {
  const word = words.find((one) => one !== value && one === String(value).toLowerCase());
  return word === undefined ? undefined : `is ${value}, not ${word}`;
}

/** A documented member that a fetched widget lacks: no word requires it, so it is a warning. */
function missingIn({ path, rule }: Form, widget: JsonObject): FormBreach[] {
  const isPartOfNothing = path.length > 1 && !isJsonObject(widget[path[0] ?? ""]);
  return isPartOfNothing ? [] : [{ rule, level: "warn", message: `${path.join(".")} is missing.` }];
}
