import type { ApiDocument, Schema } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import { membersOf, schemaNamed, withReference } from "../../spec/schema.ts";
import { oncePer } from "../history/once.ts";
import { documentedUpdate } from "../plan/values.ts";

/** What is known of the writable members of a widget, by their names; those of an object one by one, as `theme.primary`. */
export type Values = ReadonlyMap<string, Json>;

/** Nothing is known of any member. */
export const nothingKnown: Values = new Map();

/** The members of a widget that a client may write, as the document has them. */
export class Members {
  /** By their names, in the order of the document. */
  readonly schemas: ReadonlyMap<string, Schema>;
  /** What a create must send of them: what may have to be unique (A-CREATE-4). */
  readonly required: readonly string[];
  /** The members that the documentation sends in one update, and the form of that. */
  readonly documentedUpdate: readonly string[];
  readonly documentedForm: string;
  readonly #hasNoCase: ReadonlySet<string>;
  readonly #isSet: ReadonlySet<string>;
  /** What a body shows, since a widget is compared with many states. */
  readonly #shown = oncePer((body: JsonObject) => this.#readShown(body));

  constructor(document: ApiDocument) {
    this.schemas = membersOf(document, schemaNamed(document, "WidgetConfiguration"));
    this.required = (schemaNamed(document, "WidgetCreate").required ?? []).filter((name) => this.schemas.has(name));
    const update = documentedUpdate(document);
    this.documentedUpdate = Object.keys(update);
    this.documentedForm = this.formsOf(update)[0] ?? "";
    const all = [...this.schemas].flatMap(([name, schema]): [string, Schema][] => [
      [name, schema.items ? { ...withReference(document, schema.items), ...schema } : schema],
      ...partsOf(document, schema).map(([part, inner]): [string, Schema] => [`${name}.${part}`, inner]),
    ]);
    const whose = (is: (schema: Schema) => unknown) =>
      new Set(all.flatMap(([name, schema]) => (is(schema) ? [name] : [])));
    this.#hasNoCase = whose((schema) => schema["x-case-insensitive"]);
    this.#isSet = whose((schema) => schema["x-set"]);
  }

  /** The rule that a member's value follows, or that of its parts. */
  ruleOf(name: string): RuleId | undefined {
    return this.schemas.get(memberOf(name))?.["x-rule"];
  }

  /** Whether a crawl may make a member's value anew at its end, whoever wrote it (A-RECRAWL-6). */
  isCrawled(name: string): boolean {
    return this.schemas.get(memberOf(name))?.["x-crawled"] !== undefined;
  }

  /** What a body or a widget says of the writable members; what it gives as null it does not say. */
  valuesIn(body: JsonObject): Values {
    return new Map([...this.shownIn(body)].filter(([, value]) => value !== null));
  }

  /** The same, null included. */
  shownIn(body: JsonObject): Values {
    return this.#shown(body);
  }

  #readShown(body: JsonObject): Values {
    const values = new Map<string, Json>();
    for (const [name, value] of Object.entries(body)) {
      if (!this.schemas.has(name) || value === undefined) continue;
      if (!isJsonObject(value)) values.set(name, value);
      else for (const [part, inner] of Object.entries(value)) values.set(`${name}.${part}`, inner);
    }
    return values;
  }

  /** Whether two values of a member are the same to a client. */
  isSame(name: string, one: Json, other: Json): boolean {
    if (one === other) return true;
    const [first, second] = [JSON.stringify(one), JSON.stringify(other)];
    return first === second || this.#canonicalOf(name, one) === this.#canonicalOf(name, other);
  }

  /** A value as text, without what means nothing in that member: case, and the order and repetition of items. */
  #canonicalOf(name: string, value: Json): string {
    const textOf = (json: Json) =>
      this.#hasNoCase.has(name) ? JSON.stringify(json).toLowerCase() : JSON.stringify(json);
    return this.#isSet.has(name) && Array.isArray(value)
      ? `[${[...new Set(value.map(textOf))].sort()}]`
      : textOf(value);
  }

  /** The members that a body sends in part: objects, and not all that the documentation shows of them. */
  sentInPart(body: JsonObject): string[] {
    return Object.entries(body).flatMap(([name, value]) => {
      const parts = Object.keys(this.schemas.get(name)?.properties ?? {});
      return isJsonObject(value) && parts.some((part) => value[part] === undefined) ? [name] : [];
    });
  }

  /** What an update sends: its members in alphabetical order, whole objects told apart, and each with its value. */
  formsOf(body: JsonObject): string[] {
    const inPart = this.sentInPart(body);
    const isWhole = (name: string) => isJsonObject(body[name]) && !inPart.includes(name);
    const names = Object.keys(body).map((name) => (isWhole(name) ? `whole ${name}` : name));
    return [names.sort().join(), ...Object.entries(body).map(([name, value]) => pairOf(name, value))];
  }
}

function partsOf(document: ApiDocument, { properties = {} }: Schema): [string, Schema][] {
  return Object.entries(properties).map(([part, inner]) => [part, withReference(document, inner)]);
}

/** The member of a widget that a value is of, or is part of. */
export function memberOf(name: string): string {
  return name.split(".")[0] ?? name;
}

/** A member with its value, as one word. */
export function pairOf(name: string, value: Json): string {
  return `${name}=${JSON.stringify(value)}`;
}
