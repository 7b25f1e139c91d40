import type { Schema, WidgetsDocument } from "../../spec/document.ts";
import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import { membersOf, schemaNamed } from "../../spec/schema.ts";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import type { History } from "../history/history.ts";
import { longestOf } from "../history/window.ts";
import { lookBefore, type Watched } from "./looks.ts";
import type { Sight } from "./sight.ts";

/** What an implementation writes into widgets by itself, and whether it makes two of one name. */
export function textSights(
  published: WidgetsDocument,
  document: WidgetsDocument,
  history: History,
  watched: readonly Watched[],
): Sight[] {
  return [
    ...watched.flatMap((one) => [...defaults([document, published], one), ...madeAnew(document, history, one)]),
    ...namesakes(history),
  ];
}

/** A-CREATE-3, by a draft that nobody has written to: what any of the documents has is no other default. */
function defaults(documents: readonly WidgetsDocument[], { created, looks, writes }: Watched): Sight[] {
  const look = looks.find(({ exchange, widget }) => {
    const isWritten = writes.some(({ began }) => began < exchange.ended);
    return !isWritten && widget["status"] === "draft";
  });
  const body = created.request.body ?? {};
  if (!look || Object.keys(body).some((name) => name !== "name" && name !== "site_url")) return [];
  const others = documents.map((document) => otherDefaults(document, look.widget, body));
  const [first = []] = others;
  const other = first.filter((name) => others.every((names) => names.includes(name)));
  const unset = other.filter((name) => look.widget[name] === null);
  const words = [
    ...(unset.length > 0 ? [`null while a draft: ${unset.join(", ")}`] : []),
    ...(unset.length < other.length
      ? [`other defaults: ${other.filter((name) => !unset.includes(name)).join(", ")}`]
      : []),
  ];
  const otherwise = words.length > 0 ? { otherwise: words.join("; ") } : {};
  return [{ rule: "A-CREATE-3", calls: [created.n, look.exchange.n], ...otherwise }];
}

/** The members of a new widget that are not as a document has them. */
function otherDefaults(document: WidgetsDocument, widget: JsonObject, body: JsonObject): string[] {
  return [...membersOf(document, schemaNamed(document, "WidgetConfiguration"))].flatMap(([name, schema]) => {
    const usual = name === "name" ? undefined : defaultOf(schema, body);
    const value = widget[name];
    return usual === undefined || value === undefined || hasAll(value, usual) ? [] : [name];
  });
}

/** Whether a value is another, or an object with all that the other one has. */
function hasAll(value: Json, usual: Json): boolean {
  if (!isJsonObject(value) || !isJsonObject(usual)) return isSame(value, usual);
  return Object.entries(usual).every(([name, part]) => isSame(value[name] ?? null, part));
}

/** What the document has where nothing was sent. */
function defaultOf(schema: Schema, body: JsonObject): Json | undefined {
  const site = String(body["site_url"]);
  const values: { readonly [name: string]: string } = {
    name: String(body["name"]),
    site_host: URL.canParse(site) ? new URL(site).hostname : "",
  };
  const fill = (text: string) => text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
  const { "x-default": made, default: plain, properties } = schema;
  if (made !== undefined) return typeof made === "string" ? fill(made) : made.map(fill);
  if (!isJsonObject(plain) || !properties) return plain;
  const inner = Object.entries(properties).map(([name, part]) => [name, part.default ?? null] as const);
  return { ...Object.fromEntries(inner), ...plain };
}

/** Whether two values are the same, whatever the order of members. */
function isSame(one: Json, other: Json): boolean {
  if (!isJsonObject(one) || !isJsonObject(other)) return JSON.stringify(one) === JSON.stringify(other);
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].every((name) => isSame(one[name] ?? null, other[name] ?? null));
}

/** A-RECRAWL-6: what nobody has written, before a recrawl and when it must have ended. */
function madeAnew(document: WidgetsDocument, { waits }: History, one: Watched): Sight[] {
  const recrawl = one.writes.find((write) => write.operation === "recrawlWidget" && outcomeOf(write) === "done");
  const last = one.looks.at(-1);
  const before = recrawl && lookBefore(one, recrawl);
  if (!recrawl || !last || !before || last.exchange.t0 - recrawl.t1 < longestOf(waits)) return [];
  const written = new Set(one.writes.flatMap(({ request }: Exchange) => Object.keys(request.body ?? {})));
  const anew = [...membersOf(document, schemaNamed(document, "WidgetConfiguration")).keys()]
    .filter((name) => !written.has(name))
    .filter((name) => !isSame(before.widget[name] ?? null, last.widget[name] ?? null));
  const otherwise = anew.length > 0 ? { otherwise: "a recrawl makes anew what nobody has written" } : {};
  return [{ rule: "A-RECRAWL-6", calls: [recrawl.n, last.exchange.n], ...otherwise }];
}

/** A-CREATE-4: creates with the name of a widget that is there. */
function namesakes({ exchanges }: History): Sight[] {
  const creates = exchanges.filter(
    ({ operation, caller, probe }) => operation === "createWidget" && caller === "own" && !probe,
  );
  const isAgain = ({ request, began }: Exchange) =>
    creates.some(
      (other) =>
        other.ended < began && outcomeOf(other) === "done" && other.request.body?.["name"] === request.body?.["name"],
    );
  const refused = creates.filter((create) => outcomeOf(create) === "refused" && create.response?.status !== 429);
  const sights = creates.filter(isAgain).flatMap((create): Sight[] => {
    if (outcomeOf(create) === "done") return [{ rule: "A-CREATE-4", calls: [create.n] }];
    const otherwise = `a name that is taken is answered ${create.response?.status}`;
    // Where other creates are refused too it is a quota.
    const isOfName = refused.includes(create) && refused.every(isAgain);
    return isOfName ? [{ rule: "A-CREATE-4", otherwise, calls: [create.n] }] : [];
  });
  return sights;
}
