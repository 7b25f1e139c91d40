import type { Cascade, Cell, Lifecycle } from "../../spec/document.ts";
import type { JsonObject } from "../../spec/merge-patch.ts";
import { Faults } from "../faults/faults.ts";
import { Clock } from "./clock.ts";
import type { Configuration } from "./configuration.ts";
import { type Conversation, Conversations, type Message } from "./conversations.ts";
import type { CrawlMode } from "./crawl-mode.ts";
import { crawlPlanOf } from "./crawl-plan.ts";
import { Crawler } from "./crawler.ts";
import { type Happening, happeningOfAttempt } from "./happening.ts";
import { IdempotencyKeys } from "./idempotency.ts";
import { Ids } from "./ids.ts";
import type { JournalEntry } from "./journal.ts";
import { ListPages } from "./list-pages.ts";
import { hash, Random } from "./random.ts";
import { Recent } from "./recent.ts";
import { replyTo } from "./reply.ts";
import { Sites } from "./sites.ts";
import type { Task } from "./task.ts";
import type { TimeState } from "./time.ts";
import { Usage } from "./usage.ts";
import type { EndpointOptions } from "./webhooks/endpoint.ts";
import { Webhooks } from "./webhooks/webhooks.ts";
import type { StoredWidget } from "./widget.ts";
import { remainingWidgetParts } from "./widget-parts.ts";
import { WidgetStore } from "./widget-store.ts";

/** How long a visitor's token is good (A-VIS-2). */
const tokenMs = 15 * 60 * 1000;

/** What the worlds of one mock have in common. */
export interface WorldSettings {
  readonly lifecycle: Lifecycle;
  readonly cascade: Cascade;
  readonly configuration: Configuration;
  readonly write: (widget: StoredWidget) => string;
  readonly journalEntries: number;
  readonly onHappening: (happening: Happening) => void;
}

/** What a world begins with. */
export interface Beginning {
  readonly seed: number;
  readonly time: TimeState;
  readonly crawl: CrawlMode;
  /** Where its events go. */
  readonly endpoints: readonly NamedEndpoint[];
}

/** An endpoint with the id that it has in every world. */
export type NamedEndpoint = EndpointOptions & { readonly id: string };

/** What an id stands for: a widget and its state, or a state in which there is none. */
export type WidgetLookup =
  | { readonly widget: StoredWidget; readonly state: string }
  | { readonly widget: undefined; readonly state: "gone" | "unknown" };

/** All that belongs to one organization: its widgets, its time, its chance, its journal. */
export class World {
  readonly organization: string;
  readonly ids: Ids;
  readonly clock: Clock<Task>;
  readonly widgets = new WidgetStore();
  readonly journal: Recent<JournalEntry>;
  readonly happenings: Recent<Happening>;
  readonly idempotency = new IdempotencyKeys();
  readonly listPages = new ListPages();
  readonly sites = new Sites();
  readonly conversations = new Conversations();
  readonly usage = new Usage();
  readonly faults: Faults;
  readonly crawler: Crawler;
  readonly webhooks: Webhooks;
  readonly #settings: WorldSettings;
  #endpointsAtFirst = 0;
  /** Whether anything was done here since its beginning. */
  #isTouched = true;

  constructor(organization: string, settings: WorldSettings, { seed, time, crawl }: Omit<Beginning, "endpoints">) {
    const own = hash(`${seed} ${organization}`);
    this.organization = organization;
    this.#settings = settings;
    this.ids = new Ids(own);
    this.clock = new Clock(time, (task) => this.#perform(task));
    this.journal = new Recent(settings.journalEntries);
    this.happenings = new Recent(settings.journalEntries);
    this.faults = new Faults(own, "flt_");
    const { clock, sites } = this;
    this.crawler = new Crawler(crawl, { clock, sites, random: new Random(~own) }, (widget, succeeded) =>
      this.#crawlEnded(widget, succeeded),
    );
    this.webhooks = new Webhooks(clock, new Random(own ^ 0x5eed), (delivery, attempt) =>
      this.#happened(happeningOfAttempt(delivery, attempt)),
    );
  }

  /** Ends the world's beginning: from now on events go to these, and what happens is remembered. */
  subscribe(endpoints: Beginning["endpoints"]): void {
    for (const endpoint of endpoints) this.webhooks.addEndpoint(endpoint);
    this.#endpointsAtFirst = endpoints.length;
    this.#isTouched = false;
    this.happenings.load([]);
  }

  /** A name for the next answer, the same for the same seed and calls. */
  nextRequestId(): string {
    return this.ids.nextRequestId();
  }

  /** Whether nothing was ever made or moved here. */
  get isBlank(): boolean {
    const asMade = this.webhooks.endpoints.size === this.#endpointsAtFirst && this.sites.areUnchanged;
    return !this.#isTouched && !this.clock.wasMoved && asMade && this.faults.isEmpty;
  }

  findWidget(id: string): WidgetLookup {
    const widget = this.widgets.get(id);
    if (widget) return { widget, state: widget.state };
    return { widget: undefined, state: this.widgets.isGone(id) ? "gone" : "unknown" };
  }

  /**
   * Makes a widget from a body that was found fit.
   * @param cause the id of the request that asks for it
   */
  createWidget(
    body: JsonObject,
    { siteUrl, siteHost }: Pick<StoredWidget, "siteUrl" | "siteHost">,
    cell: Cell,
    cause: string,
  ): StoredWidget {
    const { id, order } = this.ids.nextWidgetId((taken) => this.widgets.has(taken));
    const startedAt = this.clock.now();
    const widget: StoredWidget = {
      id,
      order,
      createdAt: startedAt,
      siteUrl,
      siteHost,
      crawlPlan: crawlPlanOf(siteHost),
      state: "new",
      configuration: this.#settings.configuration.complete(body, { name: String(body["name"]), site_host: siteHost }),
      lastCrawl: { trigger: "create", cause, startedAt, ending: undefined, finished: undefined },
      index: undefined,
      text: undefined,
    };
    this.widgets.add(widget);
    this.changeState(widget, cell.to, cause, "create");
    return widget;
  }

  updateWidget(widget: StoredWidget, patch: JsonObject): void {
    widget.configuration = this.#settings.configuration.patched(widget.configuration, patch, widget.siteHost);
    this.#changed(widget);
  }

  /** Takes a widget to another state for a request, with what `x-lifecycle` says of crawls that begin and end on the way. */
  changeState(
    widget: StoredWidget,
    to: string | undefined,
    cause: string,
    trigger: "create" | "recrawl" = "recrawl",
  ): void {
    if (to === undefined) return;
    const from = widget.state;
    this.#enter(widget, to);
    if (!this.#isCrawling(from) && this.#isCrawling(to)) this.crawler.start(widget, trigger, cause);
    if (to === "gone") {
      this.crawler.cancel(widget);
      this.#cascade(widget);
    }
    if (from !== to) this.#happened({ ...this.#movement(widget, from), type: "widget.moved", trace: cause });
  }

  /** Begins a conversation with the configuration and the index of this moment (A-VIS-2). */
  startConversation(widget: StoredWidget): Conversation {
    const now = this.clock.now();
    this.touch();
    const conversation: Conversation = {
      id: this.ids.nextConversationId(),
      widget: widget.id,
      siteHost: widget.siteHost,
      startedAt: now,
      token: this.ids.nextVisitorToken(),
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
  addMessage(conversation: Conversation, text: string): Message {
    const at = this.clock.now();
    const reply: Message = { role: "widget", text: replyTo(conversation, text), at, index: conversation.index.id };
    conversation.messages.push({ role: "visitor", text, at }, reply);
    this.usage.add("message", conversation.widget, 1, at);
    return reply;
  }

  /** Notes that something was done here. */
  touch(): void {
    this.#isTouched = true;
  }

  /** Lets crawls run in another way, those that run already too. */
  setCrawlMode(mode: CrawlMode): void {
    this.touch();
    this.crawler.setMode(mode, this.crawlingWidgets());
  }

  /** Whether a crawl of the widget is running. */
  isCrawling(widget: StoredWidget): boolean {
    return this.#isCrawling(widget.state);
  }

  /** The widgets whose crawl is running, oldest first. */
  crawlingWidgets(): StoredWidget[] {
    return [...this.widgets.values()].filter((widget) => this.isCrawling(widget));
  }

  #perform(task: Task): void {
    if (task.kind === "delivery") this.webhooks.attempt(task.key);
    else {
      const widget = this.widgets.get(task.widget);
      if (widget) this.crawler.end(widget);
    }
  }

  #enter(widget: StoredWidget, state: string): void {
    widget.state = state;
    this.#changed(widget);
  }

  /** What goes with a deleted widget, and what stays, as the delete's `x-cascade` says (DELETE-2 to DELETE-7). */
  #cascade(widget: StoredWidget): void {
    const { removes } = this.#settings.cascade;
    this.widgets.remove(widget, remainingWidgetParts(widget, removes));
    if ("conversations" in removes) this.conversations.removeByWidget(widget.id);
    if ("usage_records" in removes) this.usage.removeByWidget(widget.id);
    this.webhooks.cancel(widget.id);
  }

  /** What was made of the widget for readers is to be made anew. */
  #changed(widget: StoredWidget): void {
    widget.text = undefined;
    this.listPages.clear();
    this.touch();
  }

  #isCrawling(state: string): boolean {
    return this.#settings.lifecycle.states[state]?.crawling ?? false;
  }

  #crawlEnded(widget: StoredWidget, succeeded: boolean): void {
    const from = widget.state;
    const cell = this.#settings.lifecycle.crawl[succeeded ? "succeeds" : "fails"][from];
    if (!cell) return;
    const { id, lastCrawl } = widget;
    const trace = lastCrawl.cause;
    this.usage.add("crawl", id, lastCrawl.finished?.pages ?? 0, this.clock.now());
    this.#enter(widget, cell.to);
    const movement = this.#movement(widget, from);
    if (cell.event !== undefined && this.webhooks.endpoints.size > 0) {
      this.webhooks.announce(cell.event, { widget: id, trace }, movement.at, this.#settings.write(widget));
    }
    const type = succeeded ? "crawl.succeeded" : "crawl.failed";
    this.#happened({ ...movement, type, trace, ...(cell.event === undefined ? {} : { event: cell.event }) });
  }

  #movement({ id, state }: StoredWidget, from: string) {
    const status = this.#settings.lifecycle.states[state]?.shows ?? "gone";
    return { at: new Date(this.clock.now()).toISOString(), widget: id, from, to: state, status };
  }

  #happened(what: Omit<Happening, "organization">): void {
    // An answer to a webhook may come when the world is no more.
    if (this.clock.hasEnded) return;
    const happening = { ...what, organization: this.organization };
    this.happenings.add(happening);
    this.#settings.onHappening(happening);
  }
}
