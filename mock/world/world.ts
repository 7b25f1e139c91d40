import { Faults } from "../faults/faults.ts";
import { Journal, type Journals } from "../journal/journal.ts";
import type { Changes } from "../store/changes.ts";
import type { Persistence } from "../store/persistence.ts";
import { Clock } from "./clock.ts";
import { Conversations } from "./conversations.ts";
import type { CrawlMode } from "./crawl-mode.ts";
import { Crawler } from "./crawler.ts";
import { type HappeningRecord, happeningOfAttempt } from "./happening.ts";
import { IdempotencyKeys } from "./idempotency.ts";
import { Ids } from "./ids.ts";
import { ListPages } from "./list-pages.ts";
import { Random } from "./random.ts";
import { Recent } from "./recent.ts";
import { Sites } from "./sites.ts";
import { type StoredBytes, WorldBytes } from "./stored-bytes.ts";
import type { Task } from "./task.ts";
import type { TimeState } from "./time.ts";
import { Usage } from "./usage.ts";
import type { EndpointOptions } from "./webhooks/endpoint.ts";
import type { WebhookSockets } from "./webhooks/webhook-sockets.ts";
import { Webhooks } from "./webhooks/webhooks.ts";
import { WidgetLife, type WidgetLifeSettings } from "./widget-life.ts";
import type { WidgetOwners } from "./widget-owners.ts";
import { WidgetStore } from "./widget-store.ts";

/** Memory that a world takes while it is empty, and a happening, roughly. */
const bytesOfWorld = 8000;
const bytesOfHappening = 400;

/** Settings that all worlds of a mock share. */
export interface WorldSettings extends WidgetLifeSettings {
  readonly journals: Journals;
  readonly owners: WidgetOwners;
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
  readonly life: WidgetLife;
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
    this.life = new WidgetLife(this, settings);
    const { clock, sites } = this;
    const random = new Random(`crawls ${own}`);
    this.crawler = new Crawler(crawl, { clock, sites, random, changes }, (widget, succeeded) =>
      this.life.endCrawl(widget, succeeded),
    );
    const traceParentOf = (requestId: string) => {
      const store = persistence?.store;
      const found = this.journal.find(requestId);
      if (found || !store?.bringUpRecords) return found?.traceParent;
      // Another process may have recorded it.
      const current = () => persistence?.worldOf(organization)?.journal.find(requestId)?.traceParent;
      return store.bringUpRecords(organization).then(current);
    };
    const ofEvents = { clock, random: new Random(`events ${own}`), bounds, stored, sockets, onError, traceParentOf };
    this.webhooks = new Webhooks({ organization, changes, persistence, ...ofEvents }, (delivery, attempt) =>
      this.report(happeningOfAttempt(delivery, attempt)),
    );
  }

  /** Finishes the creation: adds the endpoints, and starts to record happenings. */
  open(endpoints: readonly NamedEndpoint[]): void {
    for (const endpoint of endpoints) this.webhooks.endpoints.add(endpoint);
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

  /** Bytes that it holds, roughly. */
  get storedBytes(): number {
    return this.#stored.bytes;
  }

  /** Reports what has happened, and remembers it. */
  report(happening: HappeningRecord): void {
    // The response to a webhook may come after the world was reset.
    if (this.clock.hasEnded) return;
    this.remember(happening);
    this.#settings.onHappening(happening, this);
  }

  /** Keeps a happening, and forgets the oldest one if there are too many. */
  remember(happening: HappeningRecord): void {
    if (this.#stored.isFull) this.happenings.stopGrowing();
    const before = this.happenings.size;
    this.happenings.add(happening);
    this.changes?.noted("happening", String(this.happenings.total - 1), { part: "happening", ...happening });
    this.#stored.add(bytesOfHappening * (this.happenings.size - before));
  }

  /** Forgets the happenings after the first so many. */
  takeBackHappenings(total: number): void {
    const before = this.happenings.size;
    this.happenings.takeBack(total);
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

  /** Notes that a widget was changed, and drops the JSON of list pages. */
  noteChange(): void {
    this.listPages.clear();
    this.touch();
  }

  /** @throws Refusal if the mock holds as much as it may */
  requireRoom(): void {
    this.#stored.requireRoom();
  }

  /** Marks the world as used. */
  touch(): void {
    if (!this.#isTouched) this.changes?.changedHead("world");
    this.#isTouched = true;
  }

  /** Changes the crawl mode, of running crawls too. */
  setCrawlMode(mode: CrawlMode): void {
    this.touch();
    this.crawler.setMode(mode, this.life.crawling());
  }

  #perform(task: Task): void {
    if (task.kind === "delivery") this.webhooks.attempt(task.key);
    else {
      const widget = this.widgets.get(task.widget);
      if (widget) this.crawler.end(widget);
    }
  }
}
