import type { Schema, WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import { isJsonObject, type Json, type JsonObject, mergePatch } from "../../spec/merge-patch.ts";
import { membersOf, schemaNamed } from "../../spec/schema.ts";

/** The values that a default may be made from. */
export interface DefaultSource {
  readonly name: string;
  readonly site_host: string;
}

/** The writable members of a widget with their defaults, as the document has them. */
export interface Configuration {
  /** Completes a partial configuration with defaults (A-CREATE-3, A-PATCH-2). */
  complete(part: JsonObject, source: DefaultSource): JsonObject;
  /** Applies a merge patch (A-PATCH-1). Removed members get their defaults. */
  applyPatch(configuration: JsonObject, patch: JsonObject, siteHost: string): JsonObject;
  /** The writable members of a body; the others are ignored (A-PATCH-4, A-VAL-3). */
  writable(body: JsonObject): JsonObject;
  /** The rules by which members of a body are ignored: because they are read-only, or unknown. */
  rulesForIgnored(body: JsonObject): readonly RuleId[];
}

interface Member {
  readonly name: string;
  readonly byDefault: (source: DefaultSource) => Json | undefined;
  /** The members of an object, such as the theme. */
  readonly members: readonly Member[];
}

/** Reads the writable members from the document. `resetsParts` is the second choice of A-PATCH-1. */
export function createConfiguration(document: WidgetsDocument, resetsParts: boolean): Configuration {
  const members = membersIn(document, schemaNamed(document, "WidgetConfiguration"));
  const served = membersOf(document, schemaNamed(document, "WidgetState"));
  const complete = (part: JsonObject, source: DefaultSource) => withDefaults(members, part, source);
  return {
    complete,
    applyPatch(configuration, patch, siteHost) {
      const base = resetsParts ? withoutParts(configuration, patch) : configuration;
      const merged = mergePatch(base, patch) as JsonObject;
      return complete(merged, { name: String(merged["name"]), site_host: siteHost });
    },
    writable: (body) => pickMembers(members, body),
    rulesForIgnored(body) {
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
    // The default of an object such as the theme is the same for every widget, so it is made once.
    const whole = Object.freeze(withDefaults(members, member.default, { name: "", site_host: "" }));
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
  if (typeof template === "string") return templateFiller(template);
  const fillers = template.map(templateFiller);
  return (source) => fillers.map((fill) => fill(source));
}

/** A function that fills in a template, which is split once and not for every widget. */
function templateFiller(template: string): (source: DefaultSource) => string {
  const parts = template.split(/\{(name|site_host)\}/);
  return (source) => {
    let text = parts[0] ?? "";
    for (let n = 1; n < parts.length; n += 2) text += source[parts[n] as keyof DefaultSource] + (parts[n + 1] ?? "");
    return text;
  };
}

function pickMembers(members: readonly Member[], body: JsonObject): JsonObject {
  const picked: Record<string, Json> = {};
  for (const { name, members: inner } of members) {
    if (!Object.hasOwn(body, name)) continue;
    const value = body[name] as Json;
    picked[name] = inner.length > 0 && isJsonObject(value) ? pickMembers(inner, value) : value;
  }
  return picked;
}

/** The configuration without the objects that the patch writes, so that only the members sent remain. */
function withoutParts(configuration: JsonObject, patch: JsonObject): JsonObject {
  const parts = Object.keys(patch).filter((name) => isJsonObject(patch[name]));
  return mergePatch(configuration, Object.fromEntries(parts.map((name) => [name, null]))) as JsonObject;
}
