import * as fc from "fast-check";
import { withConsistentCrawl } from "./consistent-widget.ts";
import type { Schema } from "./document.ts";
import type { components } from "./generated/types.ts";
import { publishedDocument } from "./published-document.ts";
import { schemaNamed } from "./schema.ts";
import { anyOfSchema } from "./schema-arbitrary.ts";

type Schemas = components["schemas"];
type Widget = Schemas["Widget"];
/** An event of a webhook. */
type WidgetEvent = Schemas["WidgetReadyEvent"] | Schemas["WidgetCrawlFailedEvent"] | Schemas["WidgetRecrawledEvent"];

/**
 * Generates any value that is valid for a schema of the document's components: `anyValueOf("Theme")`. Members of a widget
 * that depend on each other are consistent only in `anyWidget`.
 */
export function anyValueOf<Name extends keyof Schemas>(name: Name): fc.Arbitrary<Schemas[Name]> {
  return anyOf(name) as fc.Arbitrary<Schemas[Name]>;
}

/** Generates any widget that the API may return: its status fits its last crawl, and a create accepts its site. */
export function anyWidget(): fc.Arbitrary<Widget> {
  return anyWidgetWith({});
}

function anyWidgetWith(known: Parameters<typeof withConsistentCrawl>[1]): fc.Arbitrary<Widget> {
  return fc
    .tuple(anyOf("Widget") as fc.Arbitrary<Widget>, anyOf("SiteUrl") as fc.Arbitrary<string>)
    .map(([widget, site]) =>
      withConsistentCrawl(widget.site_url === undefined ? widget : { ...widget, site_url: site }, known),
    );
}

/** Generates any valid body of a create request, without the members that the service ignores. */
export function anyCreateRequest(): fc.Arbitrary<Schemas["WidgetCreate"]> {
  return anyOf("WidgetCreate", isReadOnly) as fc.Arbitrary<Schemas["WidgetCreate"]>;
}

/** Generates any valid body of an update request, without the members that the service ignores. It may be empty, and contain null. */
export function anyUpdateRequest(): fc.Arbitrary<Schemas["WidgetUpdate"]> {
  return anyOf("WidgetUpdate", isReadOnly) as fc.Arbitrary<Schemas["WidgetUpdate"]>;
}

/** Generates any page of a list: its widgets have different ids, and it has a cursor if there are more. It may be empty. */
export function anyPage({
  maxWidgets = 20,
}: {
  readonly maxWidgets?: number;
} = {}): fc.Arbitrary<Schemas["WidgetPage"]> {
  const widgets = fc.uniqueArray(anyWidget(), { maxLength: maxWidgets, selector: ({ id }) => id });
  const cursor = fc.option(fc.string({ minLength: 1 }), { nil: null });
  return fc
    .tuple(widgets, cursor)
    .map(([data, next_cursor]) => ({ data, has_more: next_cursor !== null, next_cursor }));
}

/** Generates any problem document. */
export function anyProblem(): fc.Arbitrary<Schemas["Problem"]> {
  return anyOf("Problem") as fc.Arbitrary<Schemas["Problem"]>;
}

/** Generates any event of a webhook, with a widget to which it can happen. */
export function anyEvent(): fc.Arbitrary<WidgetEvent> {
  return fc.oneof(
    anyEventOf("WidgetReadyEvent", { status: "succeeded", trigger: "create" }),
    anyEventOf("WidgetRecrawledEvent", { status: "succeeded", trigger: "recrawl" }),
    anyEventOf("WidgetCrawlFailedEvent", { status: "failed" }),
  );
}

function anyEventOf(name: string, known: Parameters<typeof withConsistentCrawl>[1]): fc.Arbitrary<WidgetEvent> {
  return fc
    .tuple(anyOf(name) as fc.Arbitrary<WidgetEvent>, anyWidgetWith(known))
    .map(([event, data]) => ({ ...event, data }));
}

function anyOf(name: string, isOmitted: (member: Schema) => boolean = () => false): fc.Arbitrary<unknown> {
  return anyOfSchema({ document: publishedDocument, isOmitted }, schemaNamed(publishedDocument, name));
}

/** Tells whether the schema of a request ignores a member. */
function isReadOnly({ readOnly = false }: Schema): boolean {
  return readOnly;
}
