import { isDeepStrictEqual } from "node:util";
import type { Schema, WidgetsDocument } from "../../spec/document.ts";
import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import { membersOf, schemaNamed } from "../../spec/schema.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { getsIn, type Timeline, writesIn } from "../history/timeline.ts";
import type { DialectContext } from "./dialect-context.ts";
import type { DialectObservation } from "./observation.ts";

/** Observes the defaults of new widgets (A-CREATE-3), and creates with a name that exists (A-CREATE-4). */
export function observeCreates({ published, document, timelines, history }: DialectContext): DialectObservation[] {
  return [
    ...timelines.flatMap((timeline) => observeDefaults([document, published], timeline)),
    ...observeRepeatedNames(history),
  ];
}

/** Reads the defaults from a draft that nothing was written to; the value of either document is a default. */
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
  const deviation = words.length > 0 ? words.join("; ") : undefined;
  return [{ rule: "A-CREATE-3", calls: [timeline.created, get.exchange], deviation }];
}

/** The members of a new widget that do not have the default of a document. */
function membersBesidesDefaults(document: WidgetsDocument, widget: JsonObject, body: JsonObject): string[] {
  return [...membersOf(document, schemaNamed(document, "WidgetConfiguration"))].flatMap(([name, schema]) => {
    const usual = name === "name" ? undefined : defaultOf(schema, body);
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
function defaultOf(schema: Schema, body: JsonObject): Json | undefined {
  const site = String(body["site_url"]);
  const values: { readonly [name: string]: string } = {
    name: String(body["name"]),
    site_host: URL.canParse(site) ? new URL(site).hostname : "",
  };
  const fill = (text: string) => text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  const { "x-default": template, default: plain, properties } = schema;
  if (template !== undefined) return typeof template === "string" ? fill(template) : template.map(fill);
  if (!isJsonObject(plain) || !properties) return plain;
  const inner = Object.entries(properties).map(([name, part]) => [name, part.default ?? null] as const);
  return { ...Object.fromEntries(inner), ...plain };
}

function observeRepeatedNames({ exchanges }: History): DialectObservation[] {
  const creates = exchanges.filter(
    ({ operation, caller, probe }) => operation === "createWidget" && caller === "own" && !probe,
  );
  const nameOf = ({ request }: Exchange) => request.body?.["name"];
  const isRepeated = (create: Exchange) =>
    creates.some(
      (other) => other.ended < create.began && outcomeOf(other) === "done" && nameOf(other) === nameOf(create),
    );
  // If other creates are rejected too, the reason is a quota and not the name.
  const rejected = creates.filter((create) => outcomeOf(create) === "refused");
  const isForName = rejected.every(isRepeated);
  return creates.filter(isRepeated).flatMap((create): DialectObservation[] => {
    const observation = { rule: "A-CREATE-4", calls: [create] } as const;
    if (outcomeOf(create) === "done") return [observation];
    if (!isForName || !rejected.includes(create)) return [];
    return [{ ...observation, deviation: `a name that exists returns ${create.response?.status}` }];
  });
}
