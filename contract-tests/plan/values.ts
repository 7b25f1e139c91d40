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

/** The value for a member; undefined leaves it out. */
type Choice = (schema: Schema, name: string) => Json | undefined;

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
  const body = (choose: Choice) => bodyOf(document, membersIn(document), choose);
  const text =
    (value: (schema: Schema) => string): Choice =>
    (schema) =>
      isFreeText(schema) ? value(schema) : undefined;
  const list = (ofHosts: readonly string[] | undefined, others: readonly string[]): Choice => {
    return (schema) => (isTextList(document, schema) ? (isHostList(document, schema) ? ofHosts : others) : undefined);
  };
  const flag =
    (value: boolean): Choice =>
    ({ type }) =>
      type === "boolean" ? value : undefined;
  const number =
    (value: (schema: Schema) => number): Choice =>
    (schema) =>
      isNumber(schema) ? value(schema) : undefined;
  const oneOf =
    (...choices: readonly Choice[]): Choice =>
    (schema, name) => {
      return choices.map((choose) => choose(schema, name)).find((value) => value !== undefined);
    };
  const all = [
    body(
      oneOf(
        text(() => tricky.unicode),
        flag(false),
      ),
    ),
    body(
      oneOf(
        text((schema) => (mayBeEmpty(schema) ? tricky.lines : tricky.marked)),
        flag(true),
      ),
    ),
    body(oneOf((schema) => (isFreeText(schema) && mayBeEmpty(schema) ? "" : undefined), list([], []))),
    body(list(hosts, ["b?", "a?", "b?", "c?"])),
    body(list(hosts.slice(0, 1), ["one?"])),
    body(list(undefined, ["one?", ""])),
    body(
      oneOf(
        text(() => tricky.spaced),
        number(unusual),
      ),
    ),
    ...partChoices(document),
    body(number(({ minimum = 0 }) => minimum)),
    body(text(({ maxLength }) => longText(lengthFor(maxLength)))),
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
    if (isHostList(document, schema)) return [name, hosts.slice(0, 1)];
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
    return schema && isFreeText(schema) && typeof value === "string" ? `${value} Two` : value;
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
    const least: Choice = (part) => (isNumber(part) ? (part.minimum ?? 0) : undefined);
    const other: Choice = (part) => (isNumber(part) ? unusual(part) : undefined);
    return [other, least].map((choose) => ({ [name]: { ...whole, ...bodyOf(document, parts, choose) } }));
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
    const schema = members.get(name);
    return schema && isFreeText(schema) ? "You answer in exactly three words." : (documented[name] ?? null);
  };
  return Object.fromEntries(documentedTexts(document).map((name) => [name, value(name)]));
}

/** What each other caller would write: texts that only it writes. */
export function foreignUpdates(document: ApiDocument): { readonly anonymous: JsonObject; readonly other: JsonObject } {
  const documented = documentedUpdate(document);
  const [first = "", second = first] = [...membersIn(document)].flatMap(([name, schema]) =>
    isFreeText(schema) && mayBeEmpty(schema) && documented[name] === undefined ? [name] : [],
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

/** Whether a member is a list of hosts. */
export function isHostList(document: ApiDocument, schema: Schema): boolean {
  return (
    isTextList(document, schema) &&
    schema.items !== undefined &&
    withReference(document, schema.items).pattern !== undefined
  );
}

/** Whether a member holds whatever text one likes. */
export function isFreeText({ type, enum: values, pattern, examples }: Schema): boolean {
  return type === "string" && values === undefined && pattern === undefined && examples === undefined;
}

/** Whether a member is a number. */
export function isNumber({ type }: Schema): boolean {
  return type === "number" || type === "integer";
}

function isTextList(document: ApiDocument, { type, items }: Schema): boolean {
  return type === "array" && items !== undefined && withReference(document, items).type === "string";
}

function mayBeEmpty({ minLength = 0 }: Schema): boolean {
  return minLength === 0;
}

/** A body of members, and of the members of those that are objects. */
function bodyOf(document: ApiDocument, members: Members, choose: Choice): JsonObject {
  const chosen = [...members].flatMap(([name, schema]): [string, Json][] => {
    const parts = partsOf(document, schema);
    const value = parts.size > 0 ? bodyOf(document, parts, choose) : choose(schema, name);
    const isLeftOut = value === undefined || (parts.size > 0 && Object.keys(value as object).length === 0);
    return isLeftOut ? [] : [[name, value]];
  });
  return Object.fromEntries(chosen);
}

/** A value that a member may have, where the documentation shows none in an example of a widget. */
function sampleOf(document: ApiDocument, schema: Schema): Json {
  const [value = schema.default ?? schema.enum?.[0]] = schema.examples ?? [];
  if (value !== undefined) return value;
  if (isNumber(schema)) return schema.minimum ?? 1;
  if (schema.type === "boolean") return true;
  if (schema.type === "array") return [];
  const parts = [...partsOf(document, schema)].map(([name, part]) => [name, sampleOf(document, part)] as const);
  return schema.type === "object" ? Object.fromEntries(parts) : "One";
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
