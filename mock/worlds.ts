import { boundReached } from "./bounds.ts";
import { Faults, type FaultsState } from "./faults/faults.ts";
import { Journal, Journals } from "./journal/journal.ts";
import { Refusal } from "./refusal.ts";
import { type CrawlMode, parseCrawlMode } from "./world/crawl-mode.ts";
import { shortNameOf } from "./world/digest.ts";
import { EventStream } from "./world/event-stream.ts";
import { type Happening, type HappeningRecord, happeningOf } from "./world/happening.ts";
import { StoredBytes } from "./world/stored-bytes.ts";
import { Time, type TimeState } from "./world/time.ts";
import { WebhookSockets } from "./world/webhooks/webhook-sockets.ts";
import { WidgetOwners } from "./world/widget-owners.ts";
import { type NamedEndpoint, World, type WorldOptions, type WorldSettings } from "./world/world.ts";
import { loadWorld, saveWorld, type WorldState } from "./world/world-state.ts";

/** When no blank world was found, none is looked for again so soon, in real time: there may be many worlds to look at. */
const sweepPauseMs = 1000;

/** Settings of all worlds of a mock. */
export interface WorldsSettings
  extends Omit<WorldSettings, "onHappening" | "owners" | "journals" | "stored" | "sockets"> {
  readonly defaults: WorldOptions & { readonly endpoints: readonly NamedEndpoint[]; readonly scenario: string };
  /** Undefined if nobody wants to know. */
  readonly onHappening: ((happening: Happening) => void) | undefined;
}

/** Fills a new world with what a scenario begins with. */
export type Populate = (world: World, scenario: string) => void;

/** The defaults of worlds that are created from now on. Controls of the whole mock change them. */
export interface WorldDefaults {
  seed: number;
  readonly time: Time;
  crawl: CrawlMode;
  endpoints: readonly NamedEndpoint[];
  /** Number of endpoints added for all worlds; the id of the next one continues it. */
  endpointCount: number;
  scenario: string;
}

/** All worlds and their defaults, as a snapshot has them. */
export interface WorldsState {
  readonly defaults: Omit<WorldDefaults, "time" | "crawl"> & { readonly time: TimeState; readonly crawl: string };
  readonly faults: FaultsState;
  readonly unknownRequests: number;
  readonly worlds: readonly WorldState[];
}

/** The worlds of a mock: one per organization, created when its key is first used. */
export class Worlds {
  readonly events = new EventStream();
  readonly journals: Journals;
  /** The requests of no organization: without a valid key, or for a widget that nobody has. */
  readonly unassigned: Journal;
  readonly #settings: WorldsSettings;
  readonly #worldSettings: WorldSettings;
  readonly #byOrganization = new Map<string, World>();
  readonly #owners = new WidgetOwners();
  readonly #stored: StoredBytes;
  #defaults: WorldDefaults;
  #faults: Faults;
  #unknownRequests = 0;
  #requestPrefix: string | undefined;
  #populate: Populate = () => undefined;
  #sweptInVainAt = Number.NEGATIVE_INFINITY;
  /** How often ids may have been given that this mock does not know: by restores, and by worlds that were forgotten. */
  #epochs = 0;
  /** While a scenario is played, nothing is reported. */
  #isPlaying = false;

  constructor(settings: WorldsSettings) {
    this.#settings = settings;
    this.#stored = new StoredBytes(settings.bounds);
    this.#defaults = this.#initialDefaults();
    this.#faults = new Faults(String(settings.defaults.seed), "flt_all_");
    this.journals = new Journals(settings.bounds.journalBytes);
    this.unassigned = new Journal(this.journals, settings.bounds.journalEntries);
    this.#worldSettings = {
      ...settings,
      owners: this.#owners,
      journals: this.journals,
      stored: this.#stored,
      sockets: new WebhookSockets(settings.bounds),
      onHappening: (happening, world) => this.#report(happening, world),
    };
  }

  /** Sets how new worlds are filled. */
  populateBy(populate: Populate): void {
    this.#populate = populate;
  }

  /** The defaults of worlds that are created from now on. */
  get defaults(): WorldDefaults {
    return this.#defaults;
  }

  /** The faults of every world. */
  get faults(): Faults {
    return this.#faults;
  }

  /**
   * The world of an organization; created if there is none.
   * @throws Refusal if there are as many as there may be
   */
  worldOf(organization: string): World {
    return this.#byOrganization.get(organization) ?? this.#admit(organization);
  }

  /** The world of an organization, if there is one. */
  find(organization: string): World | undefined {
    return this.#byOrganization.get(organization);
  }

  /** The worlds created so far. */
  list(): World[] {
    return [...this.#byOrganization.values()];
  }

  /** The organization that a widget belongs to, or belonged to before it was deleted. */
  ownerOf(widget: string): string | undefined {
    return this.#owners.organizationOf(widget);
  }

  /** An id for a request of an unknown organization. */
  nextRequestId(): string {
    this.#unknownRequests++;
    this.#requestPrefix ??= `req_${shortNameOf(`requests ${this.#settings.defaults.seed}${this.#epoch}`)}_`;
    return `${this.#requestPrefix}${this.#unknownRequests}`;
  }

  /** The default time; worlds whose own clock was moved differ. */
  now(): number {
    return this.#defaults.time.now();
  }

  /**
   * Resets one world, or all of them and the defaults.
   * @param changes to what the mock was started with
   */
  reset(only?: World, changes: { readonly seed?: number; readonly scenario?: string } = {}): void {
    for (const world of only ? [only] : this.list()) {
      world.end();
      this.#byOrganization.delete(world.organization);
      this.#faults.resetRateLimits(world.organization);
    }
    // A world that was reset on purpose is not dropped as blank.
    if (only) this.#create(only.organization, changes).touch();
    else {
      this.#defaults = Object.assign(this.#initialDefaults(), changes);
      this.#faults = new Faults(String(this.#defaults.seed), "flt_all_");
      this.#unknownRequests = 0;
      this.#beginEpoch(0);
      this.unassigned.clear();
    }
  }

  /** Stops every clock. */
  stop(): void {
    this.events.close();
    for (const world of this.list()) world.clock.stop();
  }

  /** Plays a scenario in a world without an organization, to see whether it can be played. */
  rehearse(scenario: string): void {
    const world = this.#newWorld("", this.#defaults);
    try {
      this.#play(world, scenario);
    } finally {
      world.end();
    }
  }

  save(): WorldsState {
    const { time, crawl, ...prospect } = this.#defaults;
    return {
      defaults: { ...prospect, time: time.save(), crawl: crawl.text },
      faults: this.#faults.save(),
      unknownRequests: this.#unknownRequests,
      worlds: this.list().map(saveWorld),
    };
  }

  /**
   * Restores every world, in a new epoch, and drops those that are not in the state.
   * @throws Refusal if a world cannot be restored; then nothing has changed
   */
  load({ defaults, faults, unknownRequests, worlds }: WorldsState): void {
    const epochs = this.#epochs + 1;
    this.#beginEpoch(epochs);
    const restored = this.#restoreAll(worlds, () => {
      const time = new Time(defaults.time);
      // The faults are read once before the old ones are gone.
      new Faults("", "flt_all_").load(faults);
      return { ...defaults, time, crawl: parseCrawlMode(defaults.crawl) };
    });
    this.reset();
    this.#beginEpoch(epochs);
    this.#defaults = restored.defaults;
    this.#faults.load(faults);
    this.#unknownRequests = unknownRequests;
    for (const world of restored.worlds) this.#take(world);
    this.journals.sort();
  }

  /**
   * Restores one world, in a new epoch.
   * @throws Refusal if it cannot be restored; then nothing has changed
   */
  loadWorld(state: WorldState): void {
    this.#beginEpoch(this.#epochs + 1);
    const { worlds } = this.#restoreAll([state], () => this.#defaults);
    this.#byOrganization.get(state.organization)?.end();
    for (const world of worlds) this.#take(world);
  }

  /** Makes the worlds of a snapshot, beside those that there are. */
  #restoreAll(states: readonly WorldState[], readDefaults: () => WorldDefaults) {
    const worlds: World[] = [];
    try {
      const defaults = readDefaults();
      for (const state of states) {
        const world = this.#newWorld(state.organization, defaults);
        worlds.push(world);
        loadWorld(world, state);
      }
      return { worlds, defaults };
    } catch (error) {
      for (const world of worlds) world.end();
      for (const { widgets } of this.list()) widgets.reclaimIds();
      const reason = `the snapshot cannot be restored: ${error instanceof Error ? error.message : error}`;
      throw new Refusal("snapshot_rejected", { values: { reason } });
    }
  }

  #take(world: World): void {
    this.#byOrganization.set(world.organization, world);
    world.widgets.reclaimIds();
  }

  #beginEpoch(epochs: number): void {
    this.#epochs = epochs;
    this.#requestPrefix = undefined;
  }

  /** Holds the seed of this start, which is another one than that of the mock that a snapshot is from. */
  get #epoch(): string {
    return this.#epochs === 0 ? "" : ` ${this.#settings.defaults.seed}.${this.#epochs}`;
  }

  #initialDefaults(): WorldDefaults {
    const { time, ...defaults } = this.#settings.defaults;
    return { ...defaults, time: new Time(time), endpointCount: 0 };
  }

  #admit(organization: string): World {
    const { bounds } = this.#settings;
    if (this.#byOrganization.size >= bounds.maxWorlds) this.#forgetBlank();
    if (this.#byOrganization.size >= bounds.maxWorlds) throw boundReached("maxWorlds", bounds);
    this.#stored.requireRoom();
    return this.#create(organization, {});
  }

  #create(organization: string, changes: { readonly seed?: number; readonly scenario?: string }): World {
    const { endpoints, ...others } = this.#defaults;
    const { scenario, ...options } = { ...others, ...changes };
    const world = this.#newWorld(organization, options);
    this.#play(world, scenario);
    // Endpoints come last: the events of a scenario are not delivered.
    world.open(endpoints);
    this.#byOrganization.set(organization, world);
    return world;
  }

  #play(world: World, scenario: string): void {
    this.#isPlaying = true;
    try {
      this.#populate(world, scenario);
    } finally {
      this.#isPlaying = false;
    }
  }

  #newWorld(organization: string, { seed, time, crawl }: Pick<WorldDefaults, "seed" | "time" | "crawl">): World {
    return new World(organization, this.#worldSettings, { seed, epoch: this.#epoch, crawl, time: time.save() });
  }

  /** Its JSON is made only if somebody listens. */
  #report(record: HappeningRecord, { name, organization }: World): void {
    const { onHappening } = this.#settings;
    if (this.#isPlaying || !(onHappening || this.events.hasSubscribers)) return;
    const happening = happeningOf(record, name);
    this.events.publish(happening, organization);
    // A state change by a request is reported by its response.
    if (happening.type !== "widget.moved") onHappening?.(happening);
  }

  /** Every key that a stranger makes up creates a world; one in which nothing was done is not missed. */
  #forgetBlank(): void {
    if (performance.now() - this.#sweptInVainAt < sweepPauseMs) return;
    const blank = this.list().filter(({ isBlank }) => isBlank);
    if (blank.length === 0) this.#sweptInVainAt = performance.now();
    else this.#beginEpoch(this.#epochs + 1);
    for (const world of blank) {
      world.end();
      this.#byOrganization.delete(world.organization);
    }
  }
}
