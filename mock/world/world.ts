import type { Cascade, Cell, Lifecycle } from "../../spec/document.ts";
import type { JsonObject } from "../../spec/merge-patch.ts";
import { kept } from "./belongings.ts";
import { Clock, type ClockMode } from "./clock.ts";
import type { Configuration } from "./configuration.ts";
import { type Conversation, Conversations, type Message } from "./conversations.ts";
import type { CrawlMode } from "./crawl-mode.ts";
import { Crawler } from "./crawler.ts";
import { attemptAsHappening, type Happening } from "./happening.ts";
import { IdempotencyKeys } from "./idempotency.ts";
import { Journal } from "./journal.ts";
import { ListPages } from "./list-pages.ts";
import { createRandom, hash, type Random } from "./random.ts";
import { replyTo } from "./reply.ts";
import { fateOf } from "./site.ts";
import { Sites } from "./sites.ts";
import { Usage } from "./usage.ts";
import { type EndpointOptions, Webhooks } from "./webhooks/webhooks.ts";
import type { Widget } from "./widget.ts";
import { WidgetStore } from "./widget-store.ts";

/** How long a visitor's token is good (A-VIS-2). */
const tokenMs = 15 * 60 * 1000;

/** What the worlds of one mock have in common. */
export interface WorldSettings {
  readonly lifecycle: Lifecycle;
  readonly cascade: Cascade;
  readonly configuration: Configuration;
  readonly crawl: CrawlMode;
  readonly clock: ClockMode;
  /** Where the events of every world go. */
  readonly endpoints: readonly EndpointOptions[];
  readonly write: (widget: Widget) => string;
  readonly seed: number;
  readonly journalEntries: number;
  readonly happened: (happening: Happening) => void;
}

/** What an id stands for: a widget and its state, or a state in which there is none. */
export type Found =
  | { readonly widget: Widget; readonly state: string }
  | { readonly widget: undefined; readonly state: "gone" | "unknown" };

/** All that belongs to one organization: its widgets, its time, its chance, its journal. */
export class World {
  readonly organization: string;
  readonly clock: Clock;
  readonly widgets = new WidgetStore();
  readonly journal: Journal;
  readonly idempotency = new IdempotencyKeys();
  readonly listPages = new ListPages();
  readonly sites = new Sites();
  readonly conversations = new Conversations();
  readonly usage = new Usage();
  readonly crawler: Crawler;
  readonly webhooks: Webhooks;
  readonly #settings: WorldSettings;
  readonly #seed: number;
  readonly #ids: Random;
  #created = 0;
  #requests = 0;

  constructor(organization: string, settings: WorldSettings, ahead: number) {
    this.organization = organization;
    this.#settings = settings;
    this.#seed = hash(`${settings.seed} ${organization}`);
    this.#ids = createRandom(this.#seed);
    this.clock = new Clock(settings.clock, ahead);
    this.journal = new Journal(settings.journalEntries);
    const { clock, sites } = this;
    this.crawler = new Crawler(
      settings.crawl,
      { clock, sites, random: createRandom(~this.#seed) },
      (widget, succeeded) => this.#crawlEnded(widget, succeeded),
    );
    this.webhooks = new Webhooks(clock, createRandom(this.#seed ^ 0x5eed), (delivery, attempt) =>
      settings.happened({ ...attemptAsHappening(delivery, attempt), organization }),
    );
    for (const { url, secret, faults } of settings.endpoints) this.webhooks.addEndpoint(url, secret, faults);
  }

  /** A name for the next answer, the same for the same seed and calls. */
  nextRequestId(): string {
    this.#requests++;
    return `req_${this.#seed.toString(16)}_${this.#requests}`;
  }

  /** Whether nothing was ever made or moved here. */
  get isBlank(): boolean {
    const asMade = this.webhooks.endpoints.size === this.#settings.endpoints.length && this.sites.areUnchanged;
    return this.#created === 0 && !this.clock.wasMoved && asMade;
  }

  /** A number that goes with everything of this world that a client may hand back. */
  get mark(): number {
    return this.#seed;
  }

  find(id: string): Found {
    const widget = this.widgets.get(id);
    if (widget) return { widget, state: widget.state };
    return { widget: undefined, state: this.widgets.isGone(id) ? "gone" : "unknown" };
  }

  /** Makes a widget from a body that was found fit. */
  create(body: JsonObject, { siteUrl, siteHost }: Pick<Widget, "siteUrl" | "siteHost">, cell: Cell): Widget {
    this.#created++;
    const widget: Widget = {
      id: this.#newId(),
      order: this.#created,
      createdAt: this.clock.now(),
      siteUrl,
      siteHost,
      fate: fateOf(siteHost),
      state: "new",
      configuration: this.#settings.configuration.complete(body, { name: String(body["name"]), site_host: siteHost }),
      lastCrawl: { trigger: "create", startedAt: this.clock.now(), ending: undefined, finished: undefined },
      index: undefined,
      text: undefined,
    };
    this.widgets.add(widget);
    this.move(widget, cell.to, "create");
    return widget;
  }

  update(widget: Widget, patch: JsonObject): void {
    widget.configuration = this.#settings.configuration.patched(widget.configuration, patch, widget.siteHost);
    this.#changed(widget);
  }

  /** Takes a widget to another state, with what `x-lifecycle` says of crawls that begin and end on the way. */
  move(widget: Widget, to: string | undefined, trigger: "create" | "recrawl" = "recrawl"): void {
    if (to === undefined) return;
    const crawled = this.#isCrawling(widget.state);
    widget.state = to;
    this.#changed(widget);
    if (!crawled && this.#isCrawling(to)) this.crawler.start(widget, trigger);
    if (to === "gone") {
      this.crawler.drop(widget);
      this.#cascade(widget);
    }
  }

  /** What goes with a deleted widget, and what stays, as the delete's `x-cascade` says (DELETE-2 to DELETE-7). */
  #cascade(widget: Widget): void {
    const { removes } = this.#settings.cascade;
    this.widgets.remove(widget, kept(widget, removes));
    if ("conversations" in removes) this.conversations.removeOf(widget.id);
    if ("usage_records" in removes) this.usage.removeOf(widget.id);
    this.webhooks.cancel(widget.id);
  }

  /** Begins a conversation with the configuration and the index of this moment (A-VIS-2). */
  converse(widget: Widget): Conversation {
    const now = this.clock.now();
    const conversation: Conversation = {
      id: `cnv_${this.#ids.token(18)}`,
      widget: widget.id,
      siteHost: widget.siteHost,
      startedAt: now,
      token: `cvt_${this.#ids.token(24)}`,
      tokenExpiresAt: now + tokenMs,
      configuration: widget.configuration,
      index: widget.index ?? { id: "idx_0", revision: 0, pages: 0 },
      messages: [],
    };
    this.conversations.add(conversation);
    this.usage.add("conversation", widget.id, 1, now);
    return conversation;
  }

  /** Adds what a visitor says, and the widget's reply, which it gives back. */
  say(conversation: Conversation, text: string): Message {
    const at = this.clock.now();
    const reply: Message = { role: "widget", text: replyTo(conversation, text), at, index: conversation.index.id };
    conversation.messages.push({ role: "visitor", text, at }, reply);
    this.usage.add("message", conversation.widget, 1, at);
    return reply;
  }

  /** Ends a running crawl now, whatever its site would have come to. */
  endCrawl(widget: Widget, succeeds: boolean): void {
    this.crawler.end(
      widget,
      succeeds ? { succeeds } : { succeeds, code: "ended_by_hand", message: "The crawl was made to fail." },
    );
  }

  /** Whether a crawl of the widget is running. */
  isCrawling(widget: Widget): boolean {
    return this.#isCrawling(widget.state);
  }

  /** What was made of the widget for readers is to be made anew. */
  #changed(widget: Widget): void {
    widget.text = undefined;
    this.listPages.forget();
  }

  #isCrawling(state: string): boolean {
    return this.#settings.lifecycle.states[state]?.crawling ?? false;
  }

  #crawlEnded(widget: Widget, succeeded: boolean): void {
    const { crawl, states } = this.#settings.lifecycle;
    const cell = crawl[succeeded ? "succeeds" : "fails"][widget.state];
    if (!cell) return;
    this.usage.add("crawl", widget.id, widget.lastCrawl.finished?.pages ?? 0, this.clock.now());
    this.move(widget, cell.to);
    const at = new Date(this.clock.now()).toISOString();
    if (cell.event !== undefined && this.webhooks.endpoints.size > 0) {
      this.webhooks.announce(cell.event, widget.id, at, this.#settings.write(widget));
    }
    this.#settings.happened({
      at,
      type: succeeded ? "crawl.succeeded" : "crawl.failed",
      organization: this.organization,
      widget: widget.id,
      status: states[widget.state]?.shows ?? "",
      ...(cell.event === undefined ? {} : { event: cell.event }),
    });
  }

  #newId(): string {
    let id = `wgt_${this.#ids.token(18)}`;
    while (this.widgets.has(id)) id = `wgt_${this.#ids.token(18)}`;
    return id;
  }
}
