import type { Schema, WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import { isJsonObject, type Json, type JsonObject, mergePatch } from "../../spec/merge-patch.ts";
import { membersOf, schemaNamed } from "../../spec/schema.ts";
import type { StoredWidget } from "./widget.ts";

/** The values that a default may be made from. */
export interface DefaultSource {
  readonly name: string;
  readonly site_host: string;
}

/** A widget's configuration as it is stored: what was written, and what the defaults for the rest are made from. */
export type StoredConfiguration = Pick<StoredWidget, "written" | "siteHost">;

/** The writable members of a widget with their defaults, as the document has them. */
export interface Configuration {
  /** What a partial configuration writes: its members, objects among them completed with defaults (A-CREATE-3). */
  write(part: JsonObject, siteHost: string): JsonObject;
  /** What is written after a merge patch (A-PATCH-1). Removed members get their defaults (A-PATCH-2). */
  applyPatch(stored: StoredConfiguration, patch: JsonObject): JsonObject;
  /** Every member, with defaults for those that were not written. A new object each time. */
  complete(stored: StoredConfiguration): JsonObject;
  /** A function that writes a member as JSON, or its default if it was not written; undefined without one. */
  writerOf(member: string): (stored: StoredConfiguration, escaped: DefaultSource) => string | undefined;
  /** The values that defaults are made from, as they stand between quotes in JSON. */
  escapedSourceOf(stored: StoredConfiguration): DefaultSource;
  /** The writable members of a body; the others are ignored (A-PATCH-4, A-VAL-3). */
  writable(body: JsonObject): JsonObject;
  /** The rules by which members of a body are ignored, but for one that is not: because they are read-only, or unknown. */
  rulesForIgnored(body: JsonObject, except?: string): readonly RuleId[];
}

interface Member {
  readonly name: string;
  readonly byDefault: (source: DefaultSource) => Json | undefined;
  /** The JSON of its default, from values that are escaped as in JSON. */
  readonly defaultText: (escaped: DefaultSource) => string | undefined;
  /** The members of an object, such as the theme. */
  readonly members: readonly Member[];
}

/** Reads the writable members from the document. `resetsParts` is the second choice of A-PATCH-1. */
export function createConfiguration(document: WidgetsDocument, resetsParts: boolean): Configuration {
  const members = membersIn(document, schemaNamed(document, "WidgetConfiguration"));
  const byName = new Map(members.map((member) => [member.name, member]));
  const served = membersOf(document, schemaNamed(document, "WidgetState"));
  const complete = ({ written, siteHost }: StoredConfiguration) =>
    withDefaults(members, written, sourceOf(written, siteHost));
  return {
    complete,
    write: (part, siteHost) => writeMembers(members, part, sourceOf(part, siteHost)),
    applyPatch(stored, patch) {
      const { written, siteHost } = stored;
      // What was made from the name before stays.
      const before = Object.hasOwn(patch, "name") ? complete(stored) : written;
      const merged: Record<string, Json> = {};
      for (const { name, byDefault } of members) {
        const isChanged = Object.hasOwn(patch, name);
        const value = isChanged ? patch[name] : before[name];
        // A removed member, which is null, is not written.
        if (value === undefined || value === null) continue;
        const part = () => (resetsParts ? undefined : (before[name] ?? byDefault(sourceOf(written, siteHost))));
        merged[name] = isChanged && isJsonObject(value) ? mergePatch(part(), value) : value;
      }
      return writeMembers(members, merged, sourceOf(merged, siteHost));
    },
    writerOf(name) {
      const member = byName.get(name);
      return ({ written }, escaped) => {
        const value = written[name];
        return value === undefined ? member?.defaultText(escaped) : JSON.stringify(value);
      };
    },
    escapedSourceOf({ written, siteHost }) {
      const { name, site_host } = sourceOf(written, siteHost);
      return { name: escapeForJson(name), site_host: escapeForJson(site_host) };
    },
    writable: (body) => pickMembers(members, body),
    rulesForIgnored(body, except) {
      const rules = new Set<RuleId>();
      for (const name of Object.keys(body)) {
        if (name !== except && !byName.has(name)) rules.add(served.has(name) ? "A-PATCH-4" : "A-VAL-3");
      }
      return [...rules];
    },
  };
}

function sourceOf({ name }: JsonObject, siteHost: string): DefaultSource {
  return { name: String(name), site_host: siteHost };
}

function membersIn(document: WidgetsDocument, schema: Schema): Member[] {
  return [...membersOf(document, schema)].map(([name, member]) => {
    const members = member.type === "object" ? membersIn(document, member) : [];
    const isTemplated = [...membersOf(document, member).values()].some((part) => part["x-default"] !== undefined);
    if (!isJsonObject(member.default) || isTemplated) return { name, members, ...defaultOf(member) };
    // The default of an object such as the theme is the same for every widget, so it is made once.
    const whole = Object.freeze(withDefaults(members, member.default, { name: "", site_host: "" }));
    return { name, members, ...constantDefault(whole) };
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

/** The members of a part that are more than a default. */
function writeMembers(members: readonly Member[], part: JsonObject, source: DefaultSource): JsonObject {
  const written: Record<string, Json> = {};
  for (const { name, members: inner } of members) {
    const value = part[name] ?? undefined;
    if (value === undefined) continue;
    written[name] = inner.length > 0 && isJsonObject(value) ? withDefaults(inner, value, source) : value;
  }
  return written;
}

type Default = Pick<Member, "byDefault" | "defaultText">;

function defaultOf(schema: Schema): Default {
  const template = schema["x-default"];
  if (template === undefined) return constantDefault(schema.default);
  const defaultText = templateFiller(JSON.stringify(template));
  if (typeof template === "string") return { byDefault: templateFiller(template), defaultText };
  const fillers = template.map(templateFiller);
  return { byDefault: (source) => fillers.map((fill) => fill(source)), defaultText };
}

function constantDefault(value: Json | undefined): Default {
  const text = value === null ? undefined : JSON.stringify(value);
  return { byDefault: () => value, defaultText: () => text };
}

const needsNoEscape = /^[ !#-[\]-~]*$/;

/** A string as it stands in JSON, between the quotes. */
function escapeForJson(text: string): string {
  return needsNoEscape.test(text) ? text : JSON.stringify(text).slice(1, -1);
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
