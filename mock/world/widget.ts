import type { JsonObject } from "../../spec/merge-patch.ts";
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
  lastCrawl: Crawl;
  /** The index that replies are made from; undefined until a first crawl has succeeded. */
  index: Index | undefined;
  /** The widget as JSON, its configuration included (`widget-json.ts`). */
  text: string;
  /** False if its status or its crawl has changed since the text was written. */
  isTextCurrent: boolean;
  /** Where the status and the crawl stand in the text; -1 if they are not shown. */
  statusAt: number;
  statusEnd: number;
  crawlAt: number;
  crawlEnd: number;
  /** The members of its configuration that the text does not show; undefined if it shows all of them. */
  unshown: JsonObject | undefined;
}

/** The text of a widget before it is composed. */
export const unwrittenText = {
  text: "",
  isTextCurrent: false,
  statusAt: -1,
  statusEnd: -1,
  crawlAt: -1,
  crawlEnd: -1,
  unshown: undefined,
} as const;

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
