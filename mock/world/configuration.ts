import type { Schema, WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import { isJsonObject, type Json, type JsonObject, mergePatch } from "../../spec/merge-patch.ts";
import { membersOf, schemaNamed } from "../../spec/schema.ts";

/** What a default may be made from. */
export interface DefaultSource {
  readonly name: string;
  readonly site_host: string;
}

/** What can be written of a widget, as the document has it: which members, and what they are by default. */
export interface Configuration {
  /** A whole configuration from part of one: what is missing gets its default (A-CREATE-3, A-PATCH-2). */
  complete(part: JsonObject, source: DefaultSource): JsonObject;
  /** A configuration with a merge patch applied (A-PATCH-1); what the patch takes away gets its default. */
  patched(configuration: JsonObject, patch: JsonObject, siteHost: string): JsonObject;
  /** The writable members among those of a body; the others are ignored (A-PATCH-4, A-VAL-3). */
  writable(body: JsonObject): JsonObject;
  /** The rules by which members of a body are ignored: written by the service alone, or not known. */
  ignoring(body: JsonObject): readonly RuleId[];
}

interface Member {
  readonly name: string;
  readonly byDefault: (source: DefaultSource) => Json | undefined;
  /** The members of an object such as the theme. */
  readonly members: readonly Member[];
}

/** Reads the configuration's shape from the document, once. `resetsParts` is A-PATCH-1's second choice. */
export function createConfiguration(document: WidgetsDocument, resetsParts: boolean): Configuration {
  const members = membersIn(document, schemaNamed(document, "WidgetConfiguration"));
  const served = membersOf(document, schemaNamed(document, "WidgetState"));
  const complete = (part: JsonObject, source: DefaultSource) => withDefaults(members, part, source);
  return {
    complete,
    patched(configuration, patch, siteHost) {
      const base = resetsParts ? withoutParts(configuration, patch) : configuration;
      const merged = mergePatch(base, patch) as JsonObject;
      return complete(merged, { name: String(merged["name"]), site_host: siteHost });
    },
    writable: (body) => pickMembers(members, body),
    ignoring(body) {
      const ignored = Object.keys(body).filter((name) => !members.some((member) => member.name === name));
      return [...new Set(ignored.map((name): RuleId => (served.has(name) ? "A-PATCH-4" : "A-VAL-3")))];
    },
  };
}

function membersIn(document: WidgetsDocument, schema: Schema): Member[] {
  return [...membersOf(document, schema)].map(([name, member]) => {
    const members = member.type === "object" ? membersIn(document, member) : [];
    const byDefault = defaultOf(member);
    const isTemplated = [...membersOf(document, member).values()].some((part) => part["x-default"] !== undefined);
    if (!isJsonObject(member.default) || isTemplated) return { name, byDefault, members };
    // The default of an object such as the theme is the same for every widget, and kept once.
    const whole = withDefaults(members, member.default, { name: "", site_host: "" });
    return { name, byDefault: () => whole, members };
  });
}

function withDefaults(members: readonly Member[], part: JsonObject, source: DefaultSource): JsonObject {
  const whole: Record<string, Json> = {};
  for (const { name, byDefault, members: inner } of members) {
    const value = part[name] ?? byDefault(source);
    if (value === undefined) continue;
    const isWhole = inner.length === 0 || !isJsonObject(value) || value === byDefault(source);
    whole[name] = isWhole ? value : withDefaults(inner, value, source);
  }
  return whole;
}

function defaultOf(schema: Schema): Member["byDefault"] {
  const template = schema["x-default"];
  if (template === undefined) return () => schema.default;
  if (typeof template === "string") return filler(template);
  const fillers = template.map(filler);
  return (source) => fillers.map((fill) => fill(source));
}

/** What fills a template in; it is taken apart once, not for every widget. */
function filler(template: string): (source: DefaultSource) => string {
  const parts = template.split(/\{(name|site_host)\}/);
  return (source) => {
    let text = parts[0] ?? "";
    for (let n = 1; n < parts.length; n += 2) text += source[parts[n] as keyof DefaultSource] + (parts[n + 1] ?? "");
    return text;
  };
}

function pickMembers(members: readonly Member[], body: JsonObject): JsonObject {
  const taken: Record<string, Json> = {};
  for (const { name, members: inner } of members) {
    if (!Object.hasOwn(body, name)) continue;
    const value = body[name] as Json;
    taken[name] = inner.length > 0 && isJsonObject(value) ? pickMembers(inner, value) : value;
  }
  return taken;
}

/** The configuration without the objects that the patch writes, so that only what is sent of them stays. */
function withoutParts(configuration: JsonObject, patch: JsonObject): JsonObject {
  const parts = Object.keys(patch).filter((name) => isJsonObject(patch[name]));
  return mergePatch(configuration, Object.fromEntries(parts.map((name) => [name, null]))) as JsonObject;
}
