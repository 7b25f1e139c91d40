import type { Clock } from "./clock.ts";
import { pageCount } from "./content.ts";
import type { CrawlMode } from "./crawl-mode.ts";
import type { Random } from "./random.ts";
import type { CrawlOutcome } from "./site.ts";
import type { Sites } from "./sites.ts";
import type { Crawl, Widget } from "./widget.ts";

/** How long an otherwise immediate crawl of a slow site takes, per unit of slowness. */
const slowUnitMs = 2000;

/** Runs the crawls of a world, in the way the mock was told to. */
export class Crawler {
  readonly #mode: CrawlMode;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #sites: Sites;
  readonly #ended: (widget: Widget, succeeded: boolean) => void;
  #indexes = 0;

  constructor(
    mode: CrawlMode,
    { clock, random, sites }: { clock: Clock; random: Random; sites: Sites },
    ended: (widget: Widget, succeeded: boolean) => void,
  ) {
    this.#mode = mode;
    this.#clock = clock;
    this.#random = random;
    this.#sites = sites;
    this.#ended = ended;
  }

  start(widget: Widget, trigger: Crawl["trigger"]): void {
    widget.lastCrawl = { trigger, startedAt: this.#clock.now(), ending: undefined, finished: undefined };
    widget.lastCrawl.ending = this.#ending(widget);
  }

  /** Ends a crawl that nobody waits for any more. */
  drop(widget: Widget): void {
    const { ending } = widget.lastCrawl;
    if (ending?.timer) this.#clock.cancel(ending.timer);
    widget.lastCrawl.ending = undefined;
  }

  /** Whether reads of the widget bring its crawl to an end. */
  countsReads(widget: Widget): boolean {
    return widget.lastCrawl.ending?.readsLeft !== undefined;
  }

  /** Counts a read that has shown a running crawl: some crawls take a number of them. */
  countRead(widget: Widget): void {
    const { ending } = widget.lastCrawl;
    if (ending?.readsLeft === undefined) return;
    ending.readsLeft--;
    if (ending.readsLeft <= 0) this.end(widget);
  }

  /** Ends a running crawl, as its site would have it or as it is told. */
  end(widget: Widget, outcome: CrawlOutcome = outcomeOf(widget)): void {
    this.drop(widget);
    const at = this.#clock.now();
    if (outcome.succeeds) {
      const revision = this.#sites.revisionOf(widget.siteHost);
      const pages = outcome.pages ?? pageCount(widget.siteHost, revision);
      this.#indexes++;
      widget.index = { id: `idx_${this.#indexes}`, revision, pages };
      widget.lastCrawl.finished = { at, pages, error: null };
    } else {
      widget.lastCrawl.finished = { at, pages: null, error: { code: outcome.code, message: outcome.message } };
    }
    this.#ended(widget, outcome.succeeds);
  }

  /** Milliseconds until the crawl ends by itself, where that is known. */
  endsInMs(widget: Widget): number | undefined {
    const timer = widget.lastCrawl.ending?.timer;
    return timer && timer.at - this.#clock.now();
  }

  #ending(widget: Widget): NonNullable<Crawl["ending"]> {
    const { slowness } = widget.fate;
    const mode = this.#mode;
    if (slowness === Number.POSITIVE_INFINITY || mode.kind === "manual") return {};
    if (mode.kind === "reads") return { readsLeft: mode.reads * slowness };
    const unit = mode.maxMs === 0 && slowness > 1 ? slowUnitMs : this.#random.integer(mode.minMs, mode.maxMs);
    return { timer: this.#clock.schedule(this.#clock.now() + unit * slowness, () => this.end(widget)) };
  }
}

function outcomeOf(widget: Widget): CrawlOutcome {
  return widget.lastCrawl.trigger === "create" ? widget.fate.first : widget.fate.later;
}
