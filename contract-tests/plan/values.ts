import type { ApiDocument, Example, Schema } from "../../spec/document.ts";
import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import { membersOf, schemaNamed, withReference } from "../../spec/schema.ts";

/** Nothing longer is sent, whatever the document allows: another service may allow less. In characters. */
const longest: { readonly [member: string]: number } = { name: 39, persona: 2000 };
const longestOther = 120;

const tricky = {
  // Every plane, joined emoji, what can be composed, both directions.
  unicode: "Zoë 漢字 e\u0301 👩‍🍳 \u200fעברית\u200e",
  spaced: "  two  spaces around  ",
  lines: 'First line\n\tsecond "quoted" <b>line</b>\r\nthird & last\\',
  marked: '<b>"A & B"</b>',
};

/**
 * Updates whose values real services get wrong: empty, false and zero, every plane of Unicode, outer spaces, many lines,
 * long texts, duplicates and order. Enumerations take documented values alone.
 */
export function trickyUpdates(document: ApiDocument): JsonObject[] {
  const members = [...membersOf(document, schemaNamed(document, "WidgetConfiguration"))];
  const texts = members.filter(([, schema]) => isFreeText(schema));
  const lists = members.filter(
    ([, { type, items }]) =>
      type === "array" && items !== undefined && withReference(document, items).type === "string",
  );
  const flags = members.filter(([, { type }]) => type === "boolean");
  const all = (entries: typeof members, value: (name: string, schema: Schema) => Json): JsonObject =>
    Object.fromEntries(entries.map(([name, schema]) => [name, value(name, schema)]));
  const mayBeEmpty = texts.filter(([, schema]) => (schema.minLength ?? 0) === 0);
  return [
    { ...all(texts, () => tricky.unicode), ...all(flags, () => false) },
    { ...all(texts, (name) => (name === "name" ? tricky.marked : tricky.lines)), ...all(flags, () => true) },
    { ...all(mayBeEmpty, () => ""), ...all(lists, () => []) },
    {
      ...all(texts, (name) => longText(longest[name] ?? longestOther)),
      ...all(lists, (name) => (name === "domains" ? ["b.example", "a.example"] : ["b?", "", "a?", "b?"])),
    },
    { ...all(texts, () => tricky.spaced), theme: { radius: 0 } },
  ];
}

/** Every member with a value that the documentation shows, or one of the same kind: nothing that could be refused. */
export function plainUpdate(document: ApiDocument): JsonObject {
  const { value } = document.components.examples?.["ActiveWidget"] as Example;
  const members = [...membersOf(document, schemaNamed(document, "WidgetConfiguration")).keys()];
  const shown = isJsonObject(value) ? value : {};
  return Object.fromEntries(members.flatMap((name) => (shown[name] === undefined ? [] : [[name, shown[name]]])));
}

/** Letters that names of shops have, and that are not ASCII. */
export const unusualName = "Zoë Łódź 漢字";

/** What a conversation is to have after an update, in words that no other widget has. */
export const documentedPersona: JsonObject = { persona: "You answer in exactly three words.", voice: "Aoede" };

/** What the documentation itself sends. */
export function documentedUpdate(document: ApiDocument): JsonObject {
  const { value } = document.components.examples?.["Update"] as Example;
  return isJsonObject(value) ? value : {};
}

/** A text that a reader can tell the length of, and where it was cut. */
function longText(length: number): string {
  return Array.from({ length: Math.ceil(length / 10) }, (_, n) => String(n * 10).padEnd(10, "."))
    .join("")
    .slice(0, length);
}

function isFreeText({ type, enum: values, pattern, examples }: Schema): boolean {
  return type === "string" && values === undefined && pattern === undefined && examples === undefined;
}
