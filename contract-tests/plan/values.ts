import type { ApiDocument, Example, Schema } from "../../spec/document.ts";
import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import { membersOf, schemaNamed, withReference } from "../../spec/schema.ts";

const tricky = {
  // Every plane, joined emoji, what can be composed, both directions.
  unicode: "Zoë 漢字 e\u0301 👩‍🍳 \u200fעברית\u200e",
  spaced: "  two  spaces around  ",
  lines: 'First line\n\tsecond "quoted" <b>line</b>\r\nthird & last\\ {{brand}} $x %s',
  marked: '<b>"A & B"</b> O\'Neil',
};

/** Letters that names of shops have, and that are not ASCII. */
export const unusualName = "Zoë Łódź 漢字";

/** A number that is no default, where it is in range. */
const unusualNumber = 7;

type Members = ReadonlyMap<string, Schema>;

/**
 * What a member holds, as far as values go: whatever text one likes, the same but never none, a flag, a number, hosts or
 * other texts in a list. What has a fixed set of values, a pattern or examples has no kind.
 */
export type ValueKind = "text" | "line" | "flag" | "number" | "hosts" | "texts";

/** A value for each kind of member, or what makes one; members of other kinds are left out. */
type ValuesByKind = { readonly [kind in ValueKind]?: Json | ((schema: Schema) => Json) };

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
 * long texts, duplicates and order. The longest texts come last, so that lists show them too.
 */
export function trickyUpdates(document: ApiDocument, hosts: readonly string[]): JsonObject[] {
  const { unicode, lines, marked, spaced } = tricky;
  const long = ({ maxLength }: Schema) => longText(lengthFor(maxLength));
  const body = (values: ValuesByKind) => bodyOf(document, membersIn(document), values);
  const all = [
    body({ text: unicode, line: unicode, flag: false }),
    body({ text: lines, line: marked, flag: true }),
    body({ text: "", hosts: [], texts: [] }),
    body({ hosts, texts: ["b?", "a?", "b?", "c?"] }),
    body({ hosts: hosts.slice(0, 1), texts: ["one?"] }),
    body({ texts: ["one?", ""] }),
    body({ text: spaced, line: spaced, number: unusual }),
    ...partChoices(document),
    body({ number: least }),
    body({ text: long, line: long }),
  ];
  return all.filter((one) => Object.keys(one).length > 0);
}

/** Each part of an object that has a fixed set of values, with one that is not its default. */
function partChoices(document: ApiDocument): JsonObject[] {
  return [...membersIn(document)].flatMap(([name, schema]) =>
    [...partsOf(document, schema)].flatMap(([part, { enum: values = [], default: usual }]) => {
      const value = values.find((one) => one !== usual);
      return value === undefined ? [] : [{ [name]: { [part]: value } }];
    }),
  );
}

/** Every member with a value that the documentation shows: nothing that could be rejected. */
export function plainUpdate(document: ApiDocument, hosts: readonly string[]): JsonObject {
  const { value } = document.components.examples?.["ActiveWidget"] as Example;
  const shown = isJsonObject(value) ? value : {};
  const members = [...membersIn(document)].map(([name, schema]): [string, Json] => {
    if (kindOf(document, schema) === "hosts") return [name, hosts.slice(0, 1)];
    const parts = [...partsOf(document, schema)].map(([part, one]) => [part, sampleOf(document, one)] as const);
    const own = shown[name];
    if (isJsonObject(own)) return [name, { ...Object.fromEntries(parts), ...own }];
    return [name, own ?? sampleOf(document, schema)];
  });
  return Object.fromEntries(members);
}

/** Every member with another value than in an update, where another is as harmless; else with the same. */
export function otherUpdate(document: ApiDocument, update: JsonObject): JsonObject {
  const members = membersIn(document);
  const documented = documentedUpdate(document);
  const other = (name: string, value: Json): Json => {
    const schema = members.get(name);
    if (documented[name] !== undefined) return documented[name];
    if (typeof value === "boolean") return !value;
    if (Array.isArray(value)) return value.toReversed();
    return isText(document, schema) ? `${value} Two` : value;
  };
  return Object.fromEntries(Object.entries(update).map(([name, value]) => [name, other(name, value)]));
}

/** For each member with a fixed set of values one that it has not in an update; another service may reject it. */
export function otherChoices(document: ApiDocument, update: JsonObject): JsonObject[] {
  return [...membersIn(document)].flatMap(([name, { enum: values = [] }]) => {
    const value = values.find((one) => one !== update[name]);
    return value === undefined ? [] : [{ [name]: value }];
  });
}

/** Each member that is an object, sent whole, with an unusual number in it and with the least one. */
export function wholeObjects(document: ApiDocument, update: JsonObject): JsonObject[] {
  return [...membersIn(document)].flatMap(([name, schema]) => {
    const [whole, parts] = [update[name], partsOf(document, schema)];
    if (!isJsonObject(whole) || parts.size === 0) return [];
    return [unusual, least].map((number) => ({ [name]: { ...whole, ...bodyOf(document, parts, { number }) } }));
  });
}

/** An update without some of its flags' values: each is turned to false. */
export function withFlagsOff(update: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(update).map(([name, value]) => [name, value === true ? false : value]));
}

/** The members of the documented update that are texts, in its order: a free text first, and one that is chosen. */
export function documentedTexts(document: ApiDocument): string[] {
  return Object.entries(documentedUpdate(document)).flatMap(([name, value]) =>
    typeof value === "string" ? [name] : [],
  );
}

/** What a conversation is to have after an update: the documented texts, in words that no other widget has. */
export function conversationUpdate(document: ApiDocument): JsonObject {
  const members = membersIn(document);
  const documented = documentedUpdate(document);
  const value = (name: string) => {
    const isFree = isText(document, members.get(name));
    return isFree ? "You answer in exactly three words." : (documented[name] ?? null);
  };
  return Object.fromEntries(documentedTexts(document).map((name) => [name, value(name)]));
}

/** What each other caller would write: texts that only it writes. */
export function foreignUpdates(document: ApiDocument): { readonly anonymous: JsonObject; readonly other: JsonObject } {
  const documented = documentedUpdate(document);
  const [first = "", second = first] = [...membersIn(document)].flatMap(([name, schema]) =>
    kindOf(document, schema) === "text" && documented[name] === undefined ? [name] : [],
  );
  return { anonymous: { [first]: "Written by nobody" }, other: { [second]: "Written by others" } };
}

/**
 * What never changes, sent as if a client could write it: it may be ignored or rejected, and no more. Of those the
 * documentation makes a promise about each read-only member that is no state.
 */
export function readOnlyUpdates(document: ApiDocument): JsonObject[] {
  return [...membersOf(document, schemaNamed(document, "Widget"))]
    .filter(([, schema]) => schema.readOnly && schema["x-rule"] !== undefined && schema.enum === undefined)
    .map(([name, { format, examples = [] }]) => {
      const [example = ""] = examples;
      const value =
        format === "date-time" ? "2001-02-03T04:05:06Z" : String(example).replace(/[^_]*$/, "writtenByAClient");
      return { [name]: value };
    });
}

/** Whether an update sends only what no client can write: whatever the answer is, it breaks no promise. */
export function isReadOnlyUpdate(document: ApiDocument, body: JsonObject): boolean {
  const members = membersOf(document, schemaNamed(document, "Widget"));
  return Object.keys(body).every((name) => members.get(name)?.readOnly === true);
}

/** What the documentation itself sends. */
export function documentedUpdate(document: ApiDocument): JsonObject {
  const { value } = document.components.examples?.["Update"] as Example;
  return isJsonObject(value) ? value : {};
}

/** The members that a client may write. */
export function membersIn(document: ApiDocument): Members {
  return membersOf(document, schemaNamed(document, "WidgetConfiguration"));
}

/** The members of a member that is an object. */
export function partsOf(document: ApiDocument, schema: Schema): Members {
  return schema.type === "object" ? membersOf(document, schema) : new Map();
}

/** The kind of a member's values; undefined where it has none. */
export function kindOf(document: ApiDocument, schema: Schema): ValueKind | undefined {
  const { type, items, enum: values, pattern, examples, minLength = 0 } = schema;
  if (type === "boolean") return "flag";
  if (type === "number" || type === "integer") return "number";
  const item = type === "array" && items !== undefined ? withReference(document, items) : undefined;
  if (item?.type === "string") return item.pattern === undefined ? "texts" : "hosts";
  const isFree = type === "string" && values === undefined && pattern === undefined && examples === undefined;
  return isFree ? (minLength > 0 ? "line" : "text") : undefined;
}

function isText(document: ApiDocument, schema: Schema | undefined): boolean {
  const kind = schema && kindOf(document, schema);
  return kind === "text" || kind === "line";
}

/** A body of members, and of the members of those that are objects. */
function bodyOf(document: ApiDocument, members: Members, values: ValuesByKind): JsonObject {
  const chosen = [...members].flatMap(([name, schema]): [string, Json][] => {
    const parts = bodyOf(document, partsOf(document, schema), values);
    if (Object.keys(parts).length > 0) return [[name, parts]];
    const kind = kindOf(document, schema);
    const value = kind && values[kind];
    return value === undefined ? [] : [[name, typeof value === "function" ? value(schema) : value]];
  });
  return Object.fromEntries(chosen);
}

/** A value that a member may have, where the documentation shows none in an example of a widget. */
function sampleOf(document: ApiDocument, schema: Schema): Json {
  const [value = schema.default ?? schema.enum?.[0]] = schema.examples ?? [];
  if (value !== undefined) return value;
  const samples = { flag: true, number: least(schema), hosts: [], texts: [], text: "One", line: "One" };
  const kind = kindOf(document, schema);
  if (kind) return samples[kind];
  const parts = [...partsOf(document, schema)].map(([name, part]) => [name, sampleOf(document, part)] as const);
  return schema.type === "object" ? Object.fromEntries(parts) : "One";
}

function least({ minimum = 0 }: Schema): number {
  return minimum;
}

function unusual({ minimum = unusualNumber, maximum = unusualNumber }: Schema): number {
  return Math.min(Math.max(unusualNumber, minimum), maximum);
}

/** The longest text that is sent, in characters: another service may allow less than the document. */
function lengthFor(maxLength = 200): number {
  if (maxLength > 1000) return 2000;
  return maxLength > 100 ? 120 : 39;
}

/** A text that a reader can tell the length of, and where it was cut. */
function longText(length: number): string {
  return Array.from({ length: Math.ceil(length / 10) }, (_, n) => String(n * 10).padEnd(10, "."))
    .join("")
    .slice(0, length);
}
