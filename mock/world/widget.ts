import type { WidgetsDocument } from "../../spec/document.ts";
import type { Json, JsonObject } from "../../spec/merge-patch.ts";
import { membersOf, schemaNamed } from "../../spec/schema.ts";
import type { Timer } from "./clock.ts";
import type { Index } from "./content.ts";
import type { CrawlPlan } from "./crawl-plan.ts";

/** A widget as a world stores it. */
export interface StoredWidget {
  readonly id: string;
  /** Its place in the order of creation, from 1. */
  readonly order: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  readonly siteUrl: string;
  readonly siteHost: string;
  /** The crawl plan of its site. */
  readonly crawlPlan: CrawlPlan;
  /** A state of `x-lifecycle`. */
  state: string;
  configuration: JsonObject;
  lastCrawl: Crawl;
  /** The index that replies are made from; undefined until a first crawl has succeeded. */
  index: Index | undefined;
  /** The widget as JSON, written when it is first read after a change. */
  text: string | undefined;
}

/** The latest crawl of a widget's site. */
export interface Crawl {
  readonly trigger: "create" | "recrawl";
  /** Id of the request that started it. */
  readonly cause: string;
  readonly startedAt: number;
  /** While it runs: its scheduled end, or the number of reads left. */
  ending: { readonly timer?: Timer; readsLeft?: number } | undefined;
  finished: { readonly at: number; readonly pages: number | null; readonly error: JsonObject | null } | undefined;
}

/** Formats a time as the API does: RFC 3339 in UTC, to the second (A-OBJ-4). */
export function toRfc3339(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
}

/** Creates the function that writes a widget as JSON: the members of the document's `Widget`, in the order of its example. */
export function createWidgetWriter(document: WidgetsDocument): (widget: StoredWidget) => string {
  const schema = schemaNamed(document, "Widget");
  const members = membersOf(document, schema);
  const names = [...new Set([...(schema.required ?? []), ...members.keys()])].filter((name) => members.has(name));
  const { states } = document["x-lifecycle"];
  return (widget) => {
    if (widget.text !== undefined) return widget.text;
    const own: Record<string, Json> = {
      id: widget.id,
      status: states[widget.state]?.shows ?? null,
      created_at: toRfc3339(widget.createdAt),
      site_url: widget.siteUrl,
      last_crawl: crawlAsJson(widget.lastCrawl),
    };
    const written: Record<string, Json> = {};
    for (const name of names) {
      const value = own[name] ?? widget.configuration[name] ?? members.get(name)?.default;
      if (value !== undefined) written[name] = value;
    }
    widget.text = JSON.stringify(written);
    return widget.text;
  };
}

function crawlAsJson({ trigger, startedAt, finished }: Crawl): Json {
  return {
    status: finished === undefined ? "running" : finished.error === null ? "succeeded" : "failed",
    trigger,
    started_at: toRfc3339(startedAt),
    finished_at: finished === undefined ? null : toRfc3339(finished.at),
    pages: finished?.pages ?? null,
    error: finished?.error ?? null,
  };
}
