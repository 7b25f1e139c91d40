import { isJsonObject, type JsonObject } from "../../spec/merge-patch.ts";
import type { Exchange } from "../history/exchange.ts";
import type { Wait } from "../history/history.ts";
import { widgetIn } from "../history/views.ts";
import type { RunSettings } from "../options.ts";
import { pollPauseMs } from "../plan/polls.ts";
import type { CreatedWidget } from "./created-widgets.ts";
import type { Lister } from "./lister.ts";
import type { Scheduler, Signal } from "./scheduler.ts";
import type { Wire } from "./wire.ts";

interface Watched extends Pick<CreatedWidget, "name" | "id" | "began"> {
  readonly from: number;
  readonly signal: Signal;
}

/** How long a first crawl took at least and at most, in milliseconds. */
export interface CrawlLength {
  readonly least: number;
  readonly most: number;
}

/** The end of a crawl is known closely that lies within such a time, or within as long again as it took at least. */
const closeMs = 3000;

/** How a wait may end. */
export interface WatchLimits extends Pick<RunSettings, "crawlTimeoutMs" | "progress"> {
  /** Whether the whole run has to come to its end. */
  readonly isOver: () => boolean;
  /** First crawls that ended before, in other passes of the run; those that end are added. */
  readonly crawls?: CrawlLength[];
}

/** A bug elsewhere must not hold the run: nobody waits longer than this many times the longest crawl seen. */
const patience = 3;
const patienceMs = 30_000;
/** How long a widget may say that its crawl has failed before it is believed: it may be tried again. */
const failedMs = 60_000;

/**
 * Waits for many widgets to become active, at the price of one: through the list where its pages are fewer than the
 * widgets still wanted, by their ids otherwise.
 */
export class Watch {
  readonly waits: Wait[] = [];
  readonly #wire: Wire;
  readonly #lister: Lister;
  readonly #scheduler: Scheduler;
  readonly #limits: WatchLimits;
  #wanted: Watched[] = [];
  #isPolling = false;
  /** How many pages of the list it takes to see every widget that is wanted, as far as that is known. */
  #pages = 1;
  /** When widgets were asked last that were not active then, by their ids. */
  readonly #inactiveAt = new Map<string, number>();
  /** Between what lengths first crawls lie that have ended. */
  readonly #crawls: CrawlLength[];
  /** Since when widgets say that their crawl has failed, by their ids. */
  readonly #failedSince = new Map<string, number>();

  constructor(wire: Wire, lister: Lister, scheduler: Scheduler, limits: WatchLimits) {
    this.#wire = wire;
    this.#lister = lister;
    this.#scheduler = scheduler;
    this.#limits = limits;
    this.#crawls = limits.crawls ?? [];
  }

  /**
   * The longest first crawl, in milliseconds; 0 before one has ended. A widget that was looked at late says little of its
   * crawl: what is sure counts, and what was seen closely.
   */
  get longestMs(): number {
    const close = this.#crawls.filter(({ least, most }) => most - least <= Math.max(closeMs, least));
    const lengths = [...this.#crawls.map(({ least }) => least), ...close.map(({ most }) => most)];
    const shortest = Math.min(...this.#crawls.map(({ most }) => most));
    return this.#crawls.length === 0 ? 0 : Math.max(shortest, ...lengths);
  }

  /** Waits until a widget is active, whose create began then; false where it was given up. */
  async untilActive({ name, id, began }: CreatedWidget): Promise<boolean> {
    const signal = this.#scheduler.signal();
    this.#wanted.push({ name, id, began, from: this.#scheduler.now(), signal });
    if (!this.#isPolling) void this.#scheduler.aside(() => this.#poll());
    await signal.wait();
    return this.waits.some((wait) => wait.widget === name && wait.ended === "active");
  }

  /** Whether a widget said last that its crawl has failed. */
  saysFailed(id: string): boolean {
    return this.#failedSince.has(id);
  }

  async #poll(): Promise<void> {
    this.#isPolling = true;
    while (this.#wanted.length > 0) {
      if (this.#limits.isOver()) {
        for (const watched of this.#wanted) this.#end(watched, "cut-short");
        break;
      }
      const now = this.#scheduler.now();
      const since = Math.min(...this.#wanted.map(({ from }) => from));
      await this.#scheduler.sleep(pollPauseMs(now - since));
      this.#limits.progress(`waiting for ${this.#wanted.length} first crawls`);
      const asked = this.#scheduler.now();
      const statuses = await this.#statuses();
      this.#noteFailed(statuses);
      for (const [id, status] of statuses) if (status !== "active") this.#inactiveAt.set(id, asked);
      for (const watched of this.#wanted.filter(({ id }) => statuses.get(id) === "active"))
        this.#end(watched, "active");
      for (const watched of this.#wanted.filter((one) => this.#isHopeless(one))) this.#end(watched, "gave-up");
    }
    this.#isPolling = false;
  }

  /** What each widget says of itself now, by its id. */
  async #statuses(): Promise<ReadonlyMap<string, unknown>> {
    const listed = this.#pages < this.#wanted.length ? await this.#listed() : undefined;
    if (listed) return listed;
    const statuses = new Map<string, unknown>();
    await this.#scheduler.all(
      this.#wanted.map(({ id, name }) => async () => {
        const call = { operation: "getWidget", params: { id }, widget: name, priority: 0 } as const;
        const { response } = await this.#wire.send(call);
        statuses.set(id, statusOf(widgetIn(response?.body)));
      }),
    );
    return statuses;
  }

  /** The same by the list, where fewer pages than that show every widget that is wanted. */
  async #listed(): Promise<ReadonlyMap<string, unknown> | undefined> {
    if (!this.#lister.items) return undefined;
    const ids = this.#wanted.map(({ id }) => id);
    const most = ids.length - 1;
    const { shown, areAll, pages } = await this.#lister.poll(ids, most);
    const isTelling = areAll && ids.every((id) => shown.get(id)?.["status"] !== undefined);
    if (isTelling) this.#pages = pages;
    // A list that is too long, or whose entries have no status, stays so; one that was read to its end may show them the next time.
    else if (areAll || pages === most) this.#pages = Number.POSITIVE_INFINITY;
    return isTelling ? new Map([...shown].map(([id, widget]) => [id, statusOf(widget)])) : undefined;
  }

  #noteFailed(statuses: ReadonlyMap<string, unknown>): void {
    for (const [id, status] of statuses) {
      if (!/fail|error/i.test(String(status))) this.#failedSince.delete(id);
      else if (!this.#failedSince.has(id)) this.#failedSince.set(id, this.#scheduler.now());
    }
  }

  #isHopeless({ id, from }: Watched): boolean {
    const now = this.#scheduler.now();
    const waited = now - from;
    const failedSince = this.#failedSince.get(id) ?? Number.POSITIVE_INFINITY;
    if (now - failedSince >= failedMs) return true;
    const longest = Math.max(0, ...this.#crawls.map(({ most }) => most));
    const relative = longest > 0 ? patience * longest + patienceMs : Number.POSITIVE_INFINITY;
    return waited > Math.min(this.#limits.crawlTimeoutMs, relative);
  }

  #end(watched: Watched, ended: Wait["ended"]): void {
    const { name, id, began, from, signal } = watched;
    const to = this.#scheduler.now();
    const inactiveAt = this.#inactiveAt.get(id) ?? began;
    if (ended === "active") this.#crawls.push({ least: inactiveAt - began, most: this.#firstActive(name, to) - began });
    this.waits.push({ widget: name, began, from, to, ended });
    this.#wanted = this.#wanted.filter((one) => one !== watched);
    signal.tell();
  }

  /** When a read first showed a widget active. */
  #firstActive(name: string, atLatest: number): number {
    const isActive = ({ operation, widget, response }: Exchange) =>
      operation === "getWidget" && widget === name && widgetIn(response?.body)?.["status"] === "active";
    return this.#wire.history.find(isActive)?.t1 ?? atLatest;
  }
}

/** What a widget says of itself: its status, or that its crawl has failed, where it says so beside it. */
function statusOf(widget: JsonObject | undefined): unknown {
  const { status, last_crawl: crawl } = widget ?? {};
  return status !== "active" && isJsonObject(crawl) && crawl["status"] === "failed" ? "failed" : status;
}
