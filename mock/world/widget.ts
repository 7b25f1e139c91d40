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
  /** The members of its configuration that were written; the others have their defaults (`configuration.ts`). */
  written: JsonObject;
  /** The widget as JSON, if it was made lately and nothing has changed since (`widget-json.ts`). */
  json: WrittenWidget | undefined;
}

/** A widget as JSON. */
export interface WrittenWidget {
  readonly text: string;
  /** In UTF-8, if a list has needed it. */
  bytes: Uint8Array<ArrayBuffer> | undefined;
}

/** The reason that a crawl failed. */
interface CrawlFailure {
  readonly code: string;
  readonly message: string;
}

/** The latest crawl of a widget's site. It is replaced whole, so that a snapshot need not copy it. */
export interface Crawl {
  readonly trigger: "create" | "recrawl";
  /** Id of the request that started it. */
  readonly cause: string;
  readonly startedAt: number;
  /** While it runs: its scheduled end, or the number of reads left, and whether it is made to fail. */
  readonly ending: { readonly timer?: Timer; readonly readsLeft?: number; readonly fails?: boolean } | undefined;
  readonly finished:
    | { readonly at: number; readonly pages: number | null; readonly error: CrawlFailure | null }
    | undefined;
}
