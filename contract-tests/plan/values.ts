import type * as fc from "fast-check";
import type { ApiDocument, Example, Schema } from "../../spec/document.ts";
import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import { membersOf, schemaNamed, withReference } from "../../spec/schema.ts";
import { anyOfSchema } from "../../spec/schema-arbitrary.ts";
import { corruptibleTextsOf } from "../../spec/text-arbitrary.ts";

/** Letters that names of shops have, and that are not ASCII. */
export const unusualName = "Zoë Łódź 漢字";

/** A number that is no default, where it is in range. */
const unusualNumber = 7;

/** What whoever decodes a text that is plain makes another one: as HTML, and as a form. */
const escapedText = "&lt;b&gt; &amp;amp; &#39; 100%25+1";

type Members = ReadonlyMap<string, Schema>;

/**
 * What a member holds, as far as values go: whatever text one likes, the same but never none, a flag, a number, hosts or
 * other texts in a list. What has a fixed set of values, a pattern or examples has no kind.
 */
export type ValueKind = "text" | "line" | "flag" | "number" | "hosts" | "texts";

/** Two hosts that a widget may be embedded on: those of the tester's sites, or some that are reserved for examples. */
export function hostsOf([site]: readonly string[]): readonly [string, string] {
  const host = (word: string) => {
    const address = (site ?? "https://{n}.example").replace("{n}", word);
    return URL.canParse(address) ? new URL(address).host : `${word}.example`;
  };
  return [host("b"), host("a")];
}

/** What is sent of texts and lists at most, as another service may allow less than the document: characters, hosts, texts. */
const figures = { longText: 2000, text: 120, shortText: 39, hosts: 5, texts: 4 };

/**
 * Bodies whose values services tend to corrupt, each member with the next of its own: of every plane of Unicode, with markup
 * and many lines, empty, false and least, with outer spaces, escaped, duplicates and an order, and at last the longest. Each is a body
 * of an update, and of a create.
 */
export function trickyBodies(document: ApiDocument, hosts: readonly string[]): JsonObject[] {
  const members = membersIn(document);
  const bodies: JsonObject[] = [];
  for (let n = 0; ; n++) {
    const body = bodyOf(document, members, (schema, kind) => corruptibleValues(schema, kind, hosts)[n]);
    if (Object.keys(body).length === 0) return [...bodies.slice(0, -1), ...partChoices(document), ...bodies.slice(-1)];
    bodies.push(body);
  }
}

function corruptibleValues(schema: Schema, kind: ValueKind, hosts: readonly string[]): readonly Json[] {
  const within = withinFigures(schema, kind, hosts);
  switch (kind) {
    case "text":
    case "line": {
      const texts = corruptibleTextsOf(within, kind === "text");
      return [...texts.slice(0, -1), escapedText, ...texts.slice(-1)];
    }
    case "flag":
      return [false, true];
    case "number":
      return [unusual(schema), least(schema)];
    case "hosts":
      return [hosts, hosts.slice(0, 1), [], hosts.slice(0, 1).map((host) => `www.${host}`)].map((some) => [...some]);
    case "texts":
      return [["b?", "a?", "b?", "c?"], ["one?", ""], [], corruptibleTextsOf({}).slice(0, figures.texts)];
  }
}

/** Any body of an update that a service has to take, or may reject for its values alone. */
export function anyBody(document: ApiDocument, hosts: readonly string[]): fc.Arbitrary<JsonObject> {
  return anyOfSchema({ document, isOmitted: () => false, isPrintable: true }, {
    type: "object",
    properties: propertiesWithin(document, membersIn(document), hosts),
    minProperties: 1,
  } as Schema) as fc.Arbitrary<JsonObject>;
}

function propertiesWithin(document: ApiDocument, members: Members, hosts: readonly string[]): Record<string, Schema> {
  return Object.fromEntries(
    [...members].map(([name, schema]): [string, Schema] => {
      const parts = partsOf(document, schema);
      if (parts.size > 0) return [name, { type: "object", properties: propertiesWithin(document, parts, hosts) }];
      return [name, withinFigures(schema, kindOf(document, schema), hosts)];
    }),
  );
}

/** The schema of a member, with no more than is sent of it; what has examples has only those. */
function withinFigures(schema: Schema, kind: ValueKind | undefined, hosts: readonly string[]): Schema {
  if (kind === "text" || kind === "line") return { ...schema, maxLength: lengthFor(schema.maxLength) };
  // A service may count in whole pixels.
  if (kind === "number") return { ...schema, type: "integer" };
  if (kind === "texts")
    return { ...schema, items: { type: "string", maxLength: figures.shortText }, maxItems: figures.texts };
  if (kind === "hosts") return { ...schema, items: { enum: [...hosts] }, maxItems: figures.hosts, uniqueItems: true };
  return schema.enum === undefined && schema.examples ? { ...schema, enum: schema.examples } : schema;
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
  const shown = documentedWidget(document);
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
    return [unusual, least].map((numberOf) => {
      const numbers = bodyOf(document, parts, (part, kind) => (kind === "number" ? numberOf(part) : undefined));
      return { [name]: { ...whole, ...numbers } };
    });
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

/** What a conversation is to have after updates: the documented texts, in words that no other widget has, and then others. */
export function conversationUpdates(document: ApiDocument): readonly [JsonObject, JsonObject] {
  const members = membersIn(document);
  const documented = documentedUpdate(document);
  const bodyWith = (words: string, chosen: (name: string) => Json | undefined): JsonObject => {
    const value = (name: string) => (isText(document, members.get(name)) ? words : (chosen(name) ?? null));
    return Object.fromEntries(documentedTexts(document).map((name) => [name, value(name)]));
  };
  const other = (name: string) => members.get(name)?.examples?.find((one) => one !== documented[name]);
  return [
    bodyWith("You answer in exactly three words.", (name) => documented[name]),
    bodyWith("You answer in exactly four words.", (name) => other(name) ?? documented[name]),
  ];
}

/** What another caller would write: a text that only it writes, to a member that nobody else needs. */
export function foreignUpdate(document: ApiDocument, caller: string): JsonObject {
  const documented = documentedUpdate(document);
  const [name = ""] = [...membersIn(document)].flatMap(([member, schema]) =>
    kindOf(document, schema) === "text" && documented[member] === undefined ? [member] : [],
  );
  return { [name]: `Written by ${caller}` };
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

/** The widget that the documentation shows. */
export function documentedWidget(document: ApiDocument): JsonObject {
  const { value } = document.components.examples?.["ActiveWidget"] as Example;
  return isJsonObject(value) ? value : {};
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

/** A body of members, and of the members of those that are objects; without those that have no value. */
function bodyOf(
  document: ApiDocument,
  members: Members,
  valueFor: (schema: Schema, kind: ValueKind) => Json | undefined,
): JsonObject {
  const chosen = [...members].flatMap(([name, schema]): [string, Json][] => {
    const parts = bodyOf(document, partsOf(document, schema), valueFor);
    if (Object.keys(parts).length > 0) return [[name, parts]];
    const kind = kindOf(document, schema);
    const value = kind && valueFor(schema, kind);
    return value === undefined ? [] : [[name, value]];
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

/** The longest text that is sent, in characters. */
function lengthFor(maxLength = 200): number {
  if (maxLength > 1000) return figures.longText;
  return maxLength > 100 ? figures.text : figures.shortText;
}
