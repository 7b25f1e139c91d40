import type { Cascade, Lifecycle } from "../../spec/document.ts";
import type { JsonObject } from "../../spec/merge-patch.ts";
import { boundReached, type MockBound, type MockBounds } from "../bounds.ts";
import { Faults } from "../faults/faults.ts";
import { Journal, type Journals } from "../journal/journal.ts";
import type { Changes } from "../store/changes.ts";
import type { Persistence } from "../store/persistence.ts";
import { type CascadeParts, readCascadeParts, remainingCascadeParts } from "./cascade-parts.ts";
import { Clock } from "./clock.ts";
import type { Configuration } from "./configuration.ts";
import { type Conversation, Conversations, type Message } from "./conversations.ts";
import type { CrawlMode } from "./crawl-mode.ts";
import { crawlPlanOf } from "./crawl-plan.ts";
import { Crawler } from "./crawler.ts";
import { type HappeningRecord, happeningOfAttempt } from "./happening.ts";
import { IdempotencyKeys } from "./idempotency.ts";
import { Ids } from "./ids.ts";
import { ListPages } from "./list-pages.ts";
import { Random } from "./random.ts";
import { Recent } from "./recent.ts";
import { replyTo } from "./reply.ts";
import { toPreciseRfc3339 } from "./rfc3339.ts";
import { Sites } from "./sites.ts";
import { type StoredBytes, WorldBytes } from "./stored-bytes.ts";
import type { Task } from "./task.ts";
import type { TimeState } from "./time.ts";
import { Usage } from "./usage.ts";
import type { EndpointOptions } from "./webhooks/endpoint.ts";
import type { WebhookSockets } from "./webhooks/webhook-sockets.ts";
import { Webhooks } from "./webhooks/webhooks.ts";
import type { StoredWidget } from "./widget.ts";
import type { WidgetJson } from "./widget-json.ts";
import type { WidgetOwners } from "./widget-owners.ts";
import { WidgetStore } from "./widget-store.ts";

/** Lifetime of a visitor's token (A-VIS-2). */
const tokenMs = 15 * 60 * 1000;

/** Memory that a world takes while it is empty, and a happening, roughly. */
const bytesOfWorld = 8000;
const bytesOfHappening = 400;

/** Settings that all worlds of a mock share. */
export interface WorldSettings {
  readonly lifecycle: Lifecycle;
  readonly cascade: Cascade;
  readonly configuration: Configuration;
  readonly widgetJson: WidgetJson;
  readonly journals: Journals;
  readonly owners: WidgetOwners;
  readonly bounds: MockBounds;
  readonly stored: StoredBytes;
  readonly sockets: WebhookSockets;
  /** Undefined if the state is kept in memory. */
  readonly persistence: Persistence | undefined;
  /** The name of an organization, without its key. */
  readonly nameOf: (organization: string) => string;
  readonly onHappening: (happening: HappeningRecord, world: World) => void;
  /** Called for an error that no request waits for, so that it ends nothing. */
  readonly onError: (error: unknown) => void;
}

/** The options of one world. */
export interface WorldOptions {
  readonly seed: number;
  /** Differs after each restore, so that no id is given again (default: an empty text). */
  readonly epoch?: string;
  readonly time: TimeState;
  readonly crawl: CrawlMode;
}

/** An endpoint with its id, which is the same in every world. */
export type NamedEndpoint = EndpointOptions & { readonly id: string };

/** The widget with an id and its state, or the state "gone" or "unknown" without a widget. */
export type WidgetLookup =
  | { readonly widget: StoredWidget; readonly state: string }
  | { readonly widget: undefined; readonly state: "gone" | "unknown" };

/** Whether anything was done in a world. */
export interface WorldTouch {
  readonly isTouched: boolean;
  readonly initialEndpoints: number;
}

/** Everything that belongs to one organization: its widgets, clock, random choices, webhooks and journal. */
export class World {
  readonly organization: string;
  /** The name of the organization, or a pseudonym of its key. */
  readonly name: string;
  readonly ids: Ids;
  readonly clock: Clock<Task>;
  readonly widgets: WidgetStore;
  readonly journal: Journal;
  readonly happenings: Recent<HappeningRecord>;
  readonly idempotency: IdempotencyKeys;
  readonly listPages: ListPages;
  readonly sites: Sites;
  readonly conversations: Conversations;
  readonly usage: Usage;
  readonly faults: Faults;
  readonly crawler: Crawler;
  readonly webhooks: Webhooks;
  readonly #settings: WorldSettings;
  /** When it was used last, in real milliseconds, if somebody wants to know. */
  usedAt = performance.now();
  readonly #stored: WorldBytes;
  /** What was changed since its store was told; undefined if there is none. */
  readonly changes: Changes | undefined;
  /** What its ids and random choices are made from. */
  readonly origin: { readonly seed: number; readonly epoch: string };
  #initialEndpoints = 0;
  /** True if anything was done since the world was created. */
  #isTouched = true;

  constructor(organization: string, settings: WorldSettings, { seed, epoch = "", time, crawl }: WorldOptions) {
    const own = `${seed} ${organization}${epoch}`;
    this.organization = organization;
    this.name = settings.nameOf(organization);
    this.#settings = settings;
    const { bounds, owners, sockets, onError, persistence } = settings;
    const changes = persistence?.newChanges();
    this.changes = changes;
    this.origin = { seed, epoch };
    this.ids = new Ids(own, { changes, run: persistence?.run ?? 0 });
    const stored = new WorldBytes(settings.stored);
    stored.add(bytesOfWorld);
    this.#stored = stored;
    this.widgets = new WidgetStore(organization, { owners, maxGone: bounds.maxDeletedIds, stored, changes });
    this.idempotency = new IdempotencyKeys(bounds.maxIdempotencyKeys, stored, changes);
    this.listPages = new ListPages(stored);
    this.conversations = new Conversations(bounds, stored, changes);
    this.usage = new Usage(bounds.maxUsageRecords, stored, changes);
    this.clock = new Clock(time, {
      perform: (task) => this.#perform(task),
      onError,
      changes,
      hasAlarm: !persistence?.isShared,
      wall: persistence?.wall,
    });
    this.journal = new Journal(settings.journals, bounds.journalEntries, { organization, name: this.name, changes });
    this.happenings = new Recent(bounds.maxHappenings);
    this.faults = new Faults(own, { isOfAll: false, changes });
    this.sites = new Sites(changes);
    const { clock, sites } = this;
    const random = new Random(`crawls ${own}`);
    this.crawler = new Crawler(crawl, { clock, sites, random, changes }, (widget, succeeded) =>
      this.#endCrawl(widget, succeeded),
    );
    const traceParentOf = (requestId: string) => this.journal.find(requestId)?.traceParent;
    const ofEvents = { clock, random: new Random(`events ${own}`), bounds, stored, sockets, onError, traceParentOf };
    this.webhooks = new Webhooks({ organization, changes, persistence, ...ofEvents }, (delivery, attempt) =>
      this.#report(happeningOfAttempt(delivery, attempt)),
    );
  }

  /** Finishes the creation: adds the endpoints, and starts to record happenings. */
  open(endpoints: readonly NamedEndpoint[]): void {
    for (const endpoint of endpoints) this.webhooks.addEndpoint(endpoint);
    this.markBlank();
    this.happenings.load([]);
  }

  /** Marks the world as one in which nothing was created or changed so far. */
  markBlank(): void {
    this.#initialEndpoints = this.webhooks.endpoints.size;
    this.#isTouched = false;
  }

  /** What `isBlank` depends on beside the parts of the world, as a store has it. */
  saveTouch(): WorldTouch {
    return { isTouched: this.#isTouched, initialEndpoints: this.#initialEndpoints };
  }

  loadTouch({ isTouched, initialEndpoints }: WorldTouch): void {
    this.#isTouched = isTouched;
    this.#initialEndpoints = initialEndpoints;
  }

  /** An id for the next request; the same for the same seed and calls. */
  nextRequestId(): string {
    return this.ids.nextRequestId();
  }

  /** True if nothing was ever created or changed here. */
  get isBlank(): boolean {
    const isAsCreated = this.webhooks.endpoints.size === this.#initialEndpoints && this.sites.areUnchanged;
    return !this.#isTouched && !this.clock.wasMoved && isAsCreated && this.faults.isEmpty;
  }

  findWidget(id: string): WidgetLookup {
    const widget = this.widgets.get(id);
    if (widget) return { widget, state: widget.state };
    return { widget: undefined, state: this.widgets.isGone(id) ? "gone" : "unknown" };
  }

  /**
   * Creates a widget from a validated body.
   * @param cause id of the request
   */
  createWidget(
    body: JsonObject,
    { siteUrl, siteHost }: Pick<StoredWidget, "siteUrl" | "siteHost">,
    { to, cause }: { readonly to: string | undefined; readonly cause: string },
  ): StoredWidget {
    this.#requireRoom("maxWidgets", this.widgets.size);
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
      lastCrawl: { trigger: "create", cause, startedAt, ending: undefined, finished: undefined },
      index: undefined,
      written: this.#settings.configuration.write(body, siteHost),
      json: undefined,
    };
    this.widgets.add(widget);
    this.changeState(widget, to, cause);
    return widget;
  }

  updateWidget(widget: StoredWidget, patch: JsonObject): void {
    this.#stored.requireRoom();
    this.widgets.rewrite(widget, this.#settings.configuration.applyPatch(widget, patch));
    this.#changed();
  }

  /** Changes the state of a widget for a request, and starts or cancels crawls as `x-lifecycle` says. */
  changeState(widget: StoredWidget, to: string | undefined, cause: string): void {
    if (to === undefined) return;
    const from = widget.state;
    this.#enter(widget, to);
    if (!this.#isCrawling(from) && this.#isCrawling(to))
      this.crawler.start(widget, from === "new" ? "create" : "recrawl", cause);
    if (to === "gone") {
      this.crawler.cancel(widget);
      this.#cascade(widget);
    }
    if (from !== to) {
      const change = this.#stateChange(widget, from, { at: this.clock.now(), type: "widget.moved", trace: cause });
      this.#report(change);
    }
  }

  /** Starts a conversation with the current configuration and index (A-VIS-2). */
  startConversation(widget: StoredWidget): Conversation {
    this.#stored.requireRoom();
    const now = this.clock.now();
    this.touch();
    const conversation: Conversation = {
      id: this.ids.nextConversationId(),
      widget: widget.id,
      siteHost: widget.siteHost,
      startedAt: now,
      token: this.ids.nextVisitorToken(),
      tokenExpiresAt: now + tokenMs,
      configuration: this.#settings.configuration.complete(widget),
      index: widget.index ?? { id: "idx_0", revision: 0, pages: 0 },
      messages: [],
    };
    this.conversations.add(conversation);
    this.usage.add({ kind: "conversation", widget: widget.id, quantity: 1 }, now);
    return conversation;
  }

  /** Adds a visitor's message and the widget's reply, and returns the reply. */
  addMessage(conversation: Conversation, text: string): Message {
    const at = this.clock.now();
    const reply: Message = { role: "widget", text: replyTo(conversation, text), at, index: conversation.index.id };
    this.conversations.addMessages(conversation, { role: "visitor", text, at }, reply);
    this.usage.add({ kind: "message", widget: conversation.widget, quantity: 1 }, at);
    return reply;
  }

  /** Bytes that it holds, roughly. */
  get storedBytes(): number {
    return this.#stored.bytes;
  }

  /** Keeps a happening, and forgets the oldest one if there are too many. */
  remember(happening: HappeningRecord): void {
    if (this.#stored.isFull) this.happenings.stopGrowing();
    const before = this.happenings.size;
    this.happenings.add(happening);
    this.changes?.noted("happening", String(this.happenings.total - 1), { part: "happening", ...happening });
    this.#stored.add(bytesOfHappening * (this.happenings.size - before));
  }

  /** Belongs to another mock state from now on. */
  moveTo({ stored, owners, journals }: Pick<WorldSettings, "stored" | "owners" | "journals">): void {
    this.#stored.moveTo(stored);
    this.widgets.moveTo(owners);
    this.journal.moveTo(journals);
  }

  /** Ends the world: nothing happens in it any more, and nothing is found by its widgets or its requests. */
  end(): void {
    this.clock.stop();
    this.journal.clear();
    this.widgets.end();
    this.#stored.end();
  }

  /** Marks the world as used. */
  touch(): void {
    if (!this.#isTouched) this.changes?.changedHead("world");
    this.#isTouched = true;
  }

  /** Changes the crawl mode, of running crawls too. */
  setCrawlMode(mode: CrawlMode): void {
    this.touch();
    this.crawler.setMode(mode, this.crawlingWidgets());
  }

  /** The parts of a widget, or those that remain of a deleted one. */
  partsOf(id: string): CascadeParts | undefined {
    const widget = this.widgets.get(id);
    return widget ? this.#partsOf(widget) : this.widgets.partsLeftOf(id);
  }

  #partsOf(widget: StoredWidget): CascadeParts {
    return readCascadeParts(widget, this.#settings.configuration.complete(widget));
  }

  /** True if a crawl of the widget is running. */
  isCrawling(widget: StoredWidget): boolean {
    return this.#isCrawling(widget.state);
  }

  /** The widgets with a running crawl, oldest first. */
  crawlingWidgets(): StoredWidget[] {
    return [...this.widgets.values()].filter((widget) => this.isCrawling(widget));
  }

  /** @throws Refusal if there are as many as a bound allows, or the mock holds as much as it may */
  #requireRoom(bound: MockBound, count: number): void {
    this.#stored.requireRoom();
    if (count >= this.#settings.bounds[bound]) throw boundReached(bound, this.#settings.bounds);
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
    widget.json = undefined;
    this.widgets.noteChange(widget);
    this.#changed();
  }

  /** Removes what belongs to a deleted widget, as the delete's `x-cascade` says (DELETE-2 to DELETE-7). */
  #cascade(widget: StoredWidget): void {
    const { removes } = this.#settings.cascade;
    this.widgets.remove(
      widget,
      remainingCascadeParts(removes, () => this.#partsOf(widget)),
    );
    if ("conversations" in removes) this.conversations.removeByWidget(widget.id);
    if ("usage_records" in removes) this.usage.removeByWidget(widget.id);
    this.webhooks.cancel(widget.id);
  }

  /** Drops the JSON of list pages. */
  #changed(): void {
    this.listPages.clear();
    this.touch();
  }

  #isCrawling(state: string): boolean {
    return this.#settings.lifecycle.states[state]?.crawling ?? false;
  }

  #endCrawl(widget: StoredWidget, succeeded: boolean): void {
    const from = widget.state;
    const cell = this.#settings.lifecycle.crawl[succeeded ? "succeeds" : "fails"][from];
    if (!cell) return;
    const { id, lastCrawl } = widget;
    const trace = lastCrawl.cause;
    const now = this.clock.now();
    this.usage.add({ kind: "crawl", widget: id, quantity: lastCrawl.finished?.pages ?? 0 }, now);
    this.#enter(widget, cell.to);
    if (cell.event !== undefined && this.webhooks.endpoints.size > 0) {
      this.webhooks.announce(
        { event: cell.event, widget: id, trace, at: toPreciseRfc3339(now) },
        this.#settings.widgetJson.textOf(widget),
      );
    }
    const type = succeeded ? "crawl.succeeded" : "crawl.failed";
    const change = this.#stateChange(widget, from, { at: now, type, trace });
    if (cell.event !== undefined) change.event = cell.event;
    this.#report(change);
  }

  #stateChange(
    { id, state }: StoredWidget,
    from: string,
    { at, type, trace }: Pick<HappeningRecord, "at" | "type" | "trace">,
  ): HappeningRecord {
    const status = this.#settings.lifecycle.states[state]?.shows ?? "gone";
    return { at, widget: id, from, to: state, status, type, trace };
  }

  #report(happening: HappeningRecord): void {
    // The response to a webhook may come after the world was reset.
    if (this.clock.hasEnded) return;
    this.remember(happening);
    this.#settings.onHappening(happening, this);
  }
}
