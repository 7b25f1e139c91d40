import { isDeepStrictEqual } from "node:util";
import type { Schema, WidgetsDocument } from "../../spec/document.ts";
import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import { membersOf, schemaNamed } from "../../spec/schema.ts";
import { acceptedWrites, getBefore, getsIn, type Timeline, writesIn } from "../history/timeline.ts";
import { longestOf } from "../history/window.ts";
import { type DialectContext, type DialectObservation, joinWords } from "./observation.ts";

/** Observes the values that a server writes into widgets: defaults, and what a recrawl replaces. */
export function observeServerValues(context: DialectContext): DialectObservation[] {
  const documents = [context.document, context.published];
  return context.timelines.flatMap((timeline) => [
    ...observeDefaults(documents, timeline),
    ...observeRecrawl(context, timeline),
  ]);
}

/** A-CREATE-3, by a draft that nothing was written to; the value of either document is a default. */
function observeDefaults(documents: readonly WidgetsDocument[], timeline: Timeline): DialectObservation[] {
  const firstWrite = Math.min(...writesIn(timeline).map(({ began }) => began));
  const get = getsIn(timeline).find(
    ({ exchange, widget }) => exchange.ended <= firstWrite && widget["status"] === "draft",
  );
  const { body = {} } = timeline.created.request;
  if (!get || Object.keys(body).some((name) => name !== "name" && name !== "site_url")) return [];
  const [first = [], ...others] = documents.map((document) => membersBesidesDefaults(document, get.widget, body));
  const names = first.filter((name) => others.every((other) => other.includes(name)));
  const unset = names.filter((name) => get.widget[name] === null);
  const different = names.filter((name) => !unset.includes(name));
  const words = [
    ...(unset.length > 0 ? [`null while a draft: ${unset.join(", ")}`] : []),
    ...(different.length > 0 ? [`other defaults: ${different.join(", ")}`] : []),
  ];
  return [{ rule: "A-CREATE-3", calls: [timeline.created, get.exchange], deviation: joinWords(words) }];
}

/** The members of a new widget that do not have the default of a document. */
function membersBesidesDefaults(document: WidgetsDocument, widget: JsonObject, body: JsonObject): string[] {
  return [...membersOf(document, schemaNamed(document, "WidgetConfiguration"))].flatMap(([name, schema]) => {
    const usual = name === "name" ? undefined : defaultOf(document, schema, body);
    const value = widget[name];
    return usual === undefined || value === undefined || includesDefault(value, usual) ? [] : [name];
  });
}

/** Whether a value is the default; an object may have more members. */
function includesDefault(value: Json, usual: Json): boolean {
  if (!isJsonObject(value) || !isJsonObject(usual)) return isDeepStrictEqual(value, usual);
  return Object.entries(usual).every(([name, part]) => isDeepStrictEqual(value[name] ?? null, part));
}

/** The default of a member that was not sent. */
function defaultOf(document: WidgetsDocument, schema: Schema, body: JsonObject): Json | undefined {
  const site = String(body["site_url"]);
  const values: { readonly [name: string]: string } = {
    name: String(body["name"]),
    site_host: URL.canParse(site) ? new URL(site).hostname : "",
  };
  const fill = (text: string) => text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  const { "x-default": template, default: plain } = schema;
  if (template !== undefined) return typeof template === "string" ? fill(template) : template.map(fill);
  if (!isJsonObject(plain)) return plain;
  const inner = [...membersOf(document, schema)].map(([name, part]) => [name, part.default ?? null] as const);
  return { ...Object.fromEntries(inner), ...plain };
}

/** A-RECRAWL-6: members that no request wrote, before a recrawl and when it must have ended. */
function observeRecrawl({ document, history }: DialectContext, timeline: Timeline): DialectObservation[] {
  const names = [...membersOf(document, schemaNamed(document, "WidgetConfiguration")).keys()];
  const [recrawl] = acceptedWrites(timeline, "recrawlWidget");
  const last = getsIn(timeline).at(-1);
  const before = recrawl && getBefore(timeline, recrawl);
  if (!recrawl || !last || !before || last.exchange.t0 - recrawl.t1 < longestOf(history.waits)) return [];
  const written = new Set(writesIn(timeline).flatMap(({ request }) => Object.keys(request.body ?? {})));
  const isReplaced = names
    .filter((name) => !written.has(name))
    .some((name) => !isDeepStrictEqual(before.widget[name] ?? null, last.widget[name] ?? null));
  const deviation = isReplaced ? "a recrawl replaces members that no request wrote" : undefined;
  return [{ rule: "A-RECRAWL-6", calls: [recrawl, last.exchange], deviation }];
}
