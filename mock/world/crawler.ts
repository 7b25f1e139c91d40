import type { Changes } from "../store/changes.ts";
import type { Clock } from "./clock.ts";
import { pageCount } from "./content.ts";
import { type CrawlMode, parseCrawlMode } from "./crawl-mode.ts";
import { type CrawlOutcome, unreachable } from "./crawl-plan.ts";
import type { Random, RandomState } from "./random.ts";
import type { Sites } from "./sites.ts";
import type { Task } from "./task.ts";
import type { Crawl, StoredWidget } from "./widget.ts";

/** Duration of an otherwise immediate crawl of a slow site, per unit of slowness. */
const slowUnitMs = 2000;

/** The crawler of a world, as a snapshot has it. */
export interface CrawlerState {
  readonly mode: string;
  readonly indexes: number;
  readonly random: RandomState;
}

/** What the crawler of a world needs of it. */
interface CrawlerSettings {
  readonly clock: Clock<Task>;
  readonly random: Random;
  readonly sites: Sites;
  readonly changes: Changes | undefined;
}

/** Runs the crawls of a world. */
export class Crawler {
  readonly #clock: Clock<Task>;
  readonly #random: Random;
  readonly #sites: Sites;
  readonly #onEnd: (widget: StoredWidget, succeeded: boolean) => void;
  readonly #changes: Changes | undefined;
  #mode: CrawlMode;
  #indexes = 0;

  constructor(
    mode: CrawlMode,
    { clock, random, sites, changes }: CrawlerSettings,
    onEnd: (widget: StoredWidget, succeeded: boolean) => void,
  ) {
    this.#mode = mode;
    this.#clock = clock;
    this.#random = random;
    this.#sites = sites;
    this.#onEnd = onEnd;
    this.#changes = changes;
  }

  get mode(): CrawlMode {
    return this.#mode;
  }

  /** Changes the mode. Running crawls continue as if they had started in it. */
  setMode(mode: CrawlMode, running: Iterable<StoredWidget>): void {
    this.#mode = mode;
    this.#changes?.changedHead("world");
    for (const widget of running) {
      const fails = widget.lastCrawl.ending?.fails;
      this.cancel(widget);
      this.#setCrawl(widget, { ...widget.lastCrawl, ending: this.#ending(widget, widget.lastCrawl.startedAt) });
      if (fails) this.letFail(widget);
    }
  }

  /** Lets the crawl that is running fail when it ends by itself, whatever its site. */
  letFail(widget: StoredWidget): void {
    const { ending } = widget.lastCrawl;
    if (ending) this.#setCrawl(widget, { ...widget.lastCrawl, ending: { ...ending, fails: true } });
  }

  /** @param cause id of the request that starts the crawl */
  start(widget: StoredWidget, trigger: Crawl["trigger"], cause: string): void {
    const startedAt = this.#clock.now();
    const ending = this.#ending(widget, startedAt);
    this.#setCrawl(widget, { trigger, cause, startedAt, ending, finished: undefined });
  }

  /** Cancels the scheduled end of a crawl. */
  cancel(widget: StoredWidget): void {
    const { ending } = widget.lastCrawl;
    if (ending?.timer) this.#clock.cancel(ending.timer);
    if (ending) this.#setCrawl(widget, { ...widget.lastCrawl, ending: undefined });
  }

  /** True if reads of the widget end its crawl. */
  countsReads(widget: StoredWidget): boolean {
    return widget.lastCrawl.ending?.readsLeft !== undefined;
  }

  /** Counts a read during a crawl that takes a number of reads, and ends it with the last one. */
  countRead(widget: StoredWidget): void {
    const { ending } = widget.lastCrawl;
    if (ending?.readsLeft === undefined || this.#clock.isPaused) return;
    const readsLeft = ending.readsLeft - 1;
    this.#setCrawl(widget, { ...widget.lastCrawl, ending: { ...ending, readsLeft } });
    if (readsLeft <= 0) this.end(widget);
  }

  /** Ends a running crawl, with the outcome given or that of its site. */
  end(widget: StoredWidget, succeeds?: boolean): void {
    const outcome = outcomeOf(widget, succeeds);
    const { trigger, cause, startedAt, ending } = widget.lastCrawl;
    if (ending?.timer) this.#clock.cancel(ending.timer);
    const at = this.#clock.now();
    if (outcome.succeeds) {
      const revision = this.#sites.revisionOf(widget.siteHost);
      const pages = outcome.pages ?? pageCount(widget.siteHost, revision);
      this.#indexes++;
      this.#changes?.changedHead("world");
      widget.index = { id: `idx_${this.#indexes}`, revision, pages };
      this.#setCrawl(widget, { trigger, cause, startedAt, ending: undefined, finished: { at, pages, error: null } });
    } else {
      const error = { code: outcome.code, message: outcome.message };
      this.#setCrawl(widget, { trigger, cause, startedAt, ending: undefined, finished: { at, pages: null, error } });
    }
    this.#onEnd(widget, outcome.succeeds);
  }

  /** Milliseconds until the crawl ends by itself; undefined if that is not known. */
  endsInMs(widget: StoredWidget): number | undefined {
    const timer = widget.lastCrawl.ending?.timer;
    return timer && timer.at - this.#clock.now();
  }

  save(): CrawlerState {
    return { mode: this.#mode.text, indexes: this.#indexes, random: this.#random.save() };
  }

  load({ mode, indexes, random }: CrawlerState): void {
    this.#mode = parseCrawlMode(mode);
    this.#indexes = indexes;
    this.#random.load(random);
  }

  #setCrawl(widget: StoredWidget, crawl: Crawl): void {
    widget.lastCrawl = crawl;
    this.#changes?.changed("widget", widget.id);
  }

  #ending({ id, crawlPlan }: StoredWidget, startedAt: number): NonNullable<Crawl["ending"]> {
    const { slowness } = crawlPlan;
    const mode = this.#mode;
    if (slowness === Number.POSITIVE_INFINITY || mode.kind === "manual") return {};
    if (mode.kind === "reads") return { readsLeft: mode.reads * slowness };
    this.#changes?.changedHead("world");
    const unit = mode.maxMs === 0 && slowness > 1 ? slowUnitMs : this.#random.integer(mode.minMs, mode.maxMs);
    return { timer: this.#clock.schedule(startedAt + unit * slowness, { kind: "crawl", widget: id }) };
  }
}

function outcomeOf({ lastCrawl, crawlPlan }: StoredWidget, succeeds: boolean | undefined): CrawlOutcome {
  const plannedBySite = lastCrawl.trigger === "create" ? crawlPlan.first : crawlPlan.later;
  const planned = lastCrawl.ending?.fails && plannedBySite.succeeds ? unreachable : plannedBySite;
  if (succeeds === undefined || succeeds === planned.succeeds) return planned;
  return succeeds ? { succeeds } : { succeeds, code: "ended_by_hand", message: "The crawl was made to fail." };
}
