import type { Json } from "../../spec/merge-patch.ts";
import { pagesOf, toolsOf } from "./content.ts";
import type { StoredWidget } from "./widget.ts";

/** The parts of a widget that `x-cascade` can name, beside its conversations and its usage records. */
export type WidgetPart = "pages" | "domains" | "tools";

/** What is there of a widget, read from its site and its configuration when somebody looks. */
export type WidgetParts = { readonly [part in WidgetPart]: readonly Json[] };

/** What a widget that was deleted has left, where the cascade leaves any of it. */
export function readWidgetParts({ siteHost, index, configuration }: StoredWidget): WidgetParts {
  return {
    pages: index ? pagesOf(siteHost, index).map((page) => ({ ...page })) : [],
    domains: configuration["domains"] as Json[],
    tools: toolsOf(siteHost).map((tool) => ({ ...tool })),
  };
}

/** What a cascade keeps of the belongings of a widget; undefined where that is nothing. */
export function remainingWidgetParts(
  widget: StoredWidget,
  removes: { readonly [part: string]: unknown },
): WidgetParts | undefined {
  const parts: readonly WidgetPart[] = ["pages", "domains", "tools"];
  if (parts.every((part) => part in removes)) return undefined;
  const all = readWidgetParts(widget);
  const left = (part: WidgetPart) => (part in removes ? [] : all[part]);
  return { pages: left("pages"), domains: left("domains"), tools: left("tools") };
}
