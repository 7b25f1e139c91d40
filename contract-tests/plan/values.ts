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
  lines: 'First line\n\tsecond "quoted" <b>line</b>\r\nthird & last\\ {{brand}} $x %s',
  marked: '<b>"A & B"</b> O\'Neil',
};

/** Two hosts that a widget may be embedded on: those of the tester's sites, or some that are reserved for examples. */
export function hostsOf([site]: readonly string[]): readonly [string, string] {
  const host = (word: string) => {
    const address = (site ?? "https://{n}.example").replace("{n}", word);
    return URL.canParse(address) ? new URL(address).host : `${word}.example`;
  };
  return [host("b"), host("a")];
}

/**
 * Updates whose values real services get wrong: empty, false and zero, every plane of Unicode, outer spaces, many lines,
 * long texts, duplicates and order. Enumerations take documented values alone, but for a mode of the theme. The longest
 * texts come last, so that lists show them too.
 */
export function trickyUpdates(document: ApiDocument, hosts: readonly string[]): JsonObject[] {
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
  const prompts = lists.filter(([name]) => name !== "domains");
  return [
    { ...all(texts, () => tricky.unicode), ...all(flags, () => false) },
    { ...all(texts, (name) => (name === "name" ? tricky.marked : tricky.lines)), ...all(flags, () => true) },
    { ...all(mayBeEmpty, () => ""), ...all(lists, () => []) },
    all(lists, (name) => (name === "domains" ? [...hosts] : ["b?", "a?", "b?", "c?"])),
    all(lists, (name) => (name === "domains" ? hosts.slice(0, 1) : ["one?"])),
    all(prompts, () => ["one?", ""]),
    { ...all(texts, () => tricky.spaced), theme: { radius: 7 } },
    { theme: { mode: "light" } },
    { theme: { radius: 0 } },
    all(texts, (name) => longText(longest[name] ?? longestOther)),
  ];
}

/** Every member with a value that the documentation shows: nothing that could be refused. */
export function plainUpdate(document: ApiDocument, hosts: readonly string[]): JsonObject {
  const { value } = document.components.examples?.["ActiveWidget"] as Example;
  const members = [...membersOf(document, schemaNamed(document, "WidgetConfiguration")).keys()];
  const shown = isJsonObject(value) ? value : {};
  const plain = Object.fromEntries(members.flatMap((name) => (shown[name] === undefined ? [] : [[name, shown[name]]])));
  return { ...plain, domains: hosts.slice(0, 1) };
}

/** Every member with another value than in an update, where another is as harmless; else with the same. */
export function otherUpdate(document: ApiDocument, update: JsonObject): JsonObject {
  const members = membersOf(document, schemaNamed(document, "WidgetConfiguration"));
  const documented = documentedUpdate(document);
  const other = (name: string, value: Json): Json => {
    const schema = members.get(name);
    if (documented[name] !== undefined) return documented[name];
    if (typeof value === "boolean") return !value;
    if (Array.isArray(value)) return value.toReversed();
    return schema && isFreeText(schema) && typeof value === "string" ? `${value} Two` : value;
  };
  return Object.fromEntries(Object.entries(update).map(([name, value]) => [name, other(name, value)]));
}

/** A member with a value that is not the documented one, which may be what it always is; another service may refuse it. */
export function assumedValue(document: ApiDocument, member: string, documented: JsonObject): JsonObject {
  const { enum: values = [] } = membersOf(document, schemaNamed(document, "WidgetConfiguration")).get(member) ?? {};
  return { [member]: values.find((value) => value !== documented[member]) ?? documented[member] ?? null };
}

/** What never changes, sent as if a client could write it: it may be ignored or refused, and no more. */
export const neverWritten: readonly JsonObject[] = [
  { created_at: "2001-02-03T04:05:06Z" },
  { id: "wgt_writtenByAClient" },
];

/** Whether an update sends only what no client can write: whatever the answer is, it breaks no promise. */
export function isNeverWritten(body: JsonObject): boolean {
  const names = neverWritten.flatMap((one) => Object.keys(one));
  return Object.keys(body).every((name) => names.includes(name));
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
