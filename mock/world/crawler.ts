import type { Clock } from "./clock.ts";
import type { CrawlMode } from "./crawl-mode.ts";
import { hash, type Random } from "./random.ts";
import type { CrawlOutcome } from "./site.ts";
import type { Crawl, Widget } from "./widget.ts";

/** How long an otherwise immediate crawl of a slow site takes, per unit of slowness. */
const slowUnitMs = 2000;

/** Runs the crawls of a world, in the way the mock was told to. */
export class Crawler {
  readonly #mode: CrawlMode;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #ended: (widget: Widget, succeeded: boolean) => void;

  constructor(mode: CrawlMode, clock: Clock, random: Random, ended: (widget: Widget, succeeded: boolean) => void) {
    this.#mode = mode;
    this.#clock = clock;
    this.#random = random;
    this.#ended = ended;
  }

  start(widget: Widget, trigger: Crawl["trigger"]): void {
    widget.lastCrawl = { trigger, startedAt: this.#clock.now(), ending: {} };
    widget.lastCrawl.ending = this.#ending(widget);
  }

  /** Ends a crawl that nobody waits for any more. */
  drop(widget: Widget): void {
    const { ending } = widget.lastCrawl;
    if (ending?.timer) this.#clock.cancel(ending.timer);
    delete widget.lastCrawl.ending;
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
    widget.lastCrawl.finished = {
      at: this.#clock.now(),
      pages: outcome.succeeds ? (outcome.pages ?? pagesOf(widget.siteHost)) : null,
      error: outcome.succeeds ? null : { code: outcome.code, message: outcome.message },
    };
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

/** A site has 1 to 40 pages, always the same number for the same host. */
function pagesOf(host: string): number {
  return 1 + (hash(host) % 40);
}
