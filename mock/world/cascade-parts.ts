import type { Json, JsonObject } from "../../spec/merge-patch.ts";
import { pagesOf, toolsOf } from "./content.ts";
import type { StoredWidget } from "./widget.ts";

/** The parts of a widget that `x-cascade` can name, beside its conversations and its usage records. */
export type CascadePart = "pages" | "domains" | "tools";

/** The parts of a widget, derived from its site and its configuration when they are read. */
export type CascadeParts = { readonly [part in CascadePart]: readonly Json[] };

/** Reads the parts of a widget. */
export function readCascadeParts({ siteHost, index }: StoredWidget, configuration: JsonObject): CascadeParts {
  return {
    pages: index ? pagesOf(siteHost, index).map((page) => ({ ...page })) : [],
    domains: configuration["domains"] as Json[],
    tools: toolsOf(siteHost).map((tool) => ({ ...tool })),
  };
}

/** The parts of a deleted widget that the cascade does not remove; undefined if it removes all. */
export function remainingCascadeParts(
  removes: { readonly [part: string]: unknown },
  read: () => CascadeParts,
): CascadeParts | undefined {
  const parts: readonly CascadePart[] = ["pages", "domains", "tools"];
  if (parts.every((part) => part in removes)) return undefined;
  const all = read();
  const remaining = (part: CascadePart) => (part in removes ? [] : all[part]);
  return { pages: remaining("pages"), domains: remaining("domains"), tools: remaining("tools") };
}
