import { Faults, type FaultsState } from "./faults/faults.ts";
import { type CrawlMode, parseCrawlMode } from "./world/crawl-mode.ts";
import { EventStream } from "./world/event-stream.ts";
import type { Happening } from "./world/happening.ts";
import { Time, type TimeState } from "./world/time.ts";
import { type Beginning, World, type WorldSettings } from "./world/world.ts";
import { loadWorld, saveWorld, type WorldState } from "./world/world-state.ts";

/** From this many worlds on, those in which nothing was ever made are let go: a key is any word a stranger may send. */
const manyWorlds = 10_000;

/** How the worlds of a mock begin, and who is told of what happens in them. */
export interface WorldsSettings extends Omit<WorldSettings, "onHappening"> {
  readonly defaults: Beginning & { readonly scenario: string };
  /** Fills a new world with what its scenario says. */
  readonly play: (world: World, scenario: string) => void;
  readonly onHappening: (happening: Happening) => void;
}

/** What the worlds that are yet to come begin with: it can be changed while the mock runs. */
export interface WorldDefaults {
  seed: number;
  readonly time: Time;
  crawl: CrawlMode;
  endpoints: Beginning["endpoints"];
  /** How many were added for all worlds: it names the next one. */
  endpointCount: number;
  scenario: string;
}

/** All worlds, and what those to come begin with, as a snapshot has them. */
export interface WorldsState {
  readonly defaults: Omit<WorldDefaults, "time" | "crawl"> & { readonly time: TimeState; readonly crawl: string };
  readonly faults: FaultsState;
  readonly unknownRequests: number;
  readonly worlds: readonly WorldState[];
}

/** The worlds of a mock: one per organization, made when a key of it is first used. */
export class Worlds {
  readonly events = new EventStream();
  readonly #settings: WorldsSettings;
  readonly #worldSettings: WorldSettings;
  readonly #byOrganization = new Map<string, World>();
  #defaults: WorldDefaults;
  #faults: Faults;
  #unknownRequests = 0;
  #sweepAt = manyWorlds;
  /** What a scenario does on its way is nothing that happens. */
  #isBeginning = false;

  constructor(settings: WorldsSettings) {
    this.#settings = settings;
    this.#defaults = this.#atFirst();
    this.#faults = new Faults(settings.defaults.seed, "flt_all_");
    this.#worldSettings = { ...settings, onHappening: (happening) => this.#happened(happening) };
  }

  /** What the worlds that are yet to come begin with. */
  get defaults(): WorldDefaults {
    return this.#defaults;
  }

  /** What goes wrong in every world. */
  get faults(): Faults {
    return this.#faults;
  }

  worldOf(organization: string): World {
    return this.#byOrganization.get(organization) ?? this.#begin(organization, {});
  }

  /** Every world that there is. */
  list(): World[] {
    return [...this.#byOrganization.values()];
  }

  /** The world that a widget is in, or was. */
  findByWidget(id: string): World | undefined {
    for (const world of this.#byOrganization.values()) if (world.widgets.has(id)) return world;
    return undefined;
  }

  /** Names an answer that belongs to no world, because nobody knows who asked. */
  nextRequestId(): string {
    this.#unknownRequests++;
    return `req_0_${this.#unknownRequests}`;
  }

  /** The time of the worlds that are yet to come: that of all, unless one was moved alone. */
  now(): number {
    return this.#defaults.time.now();
  }

  /**
   * Forgets one world, or all: what is made of them next begins anew.
   * @param anew what it begins with instead of what the mock was started with
   */
  reset(only?: World, anew: { readonly seed?: number; readonly scenario?: string } = {}): void {
    for (const world of only ? [only] : this.list()) {
      world.clock.stop();
      this.#byOrganization.delete(world.organization);
      this.#faults.resetRateLimits(world.organization);
    }
    // One that was made on purpose is not forgotten for being empty.
    if (only) this.#begin(only.organization, anew).touch();
    else {
      this.#defaults = Object.assign(this.#atFirst(), anew);
      this.#faults = new Faults(this.#defaults.seed, "flt_all_");
      this.#unknownRequests = 0;
    }
  }

  /** Stops every clock. */
  stop(): void {
    this.events.close();
    for (const world of this.list()) world.clock.stop();
  }

  /** Plays a scenario in a world that is no organization's, to see whether it can be. */
  rehearse(scenario: string): void {
    const world = this.#make("", this.#defaults);
    this.#play(world, scenario);
    world.clock.stop();
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

  /** Makes every world what it was, and forgets those that were not. */
  load({ defaults, faults, unknownRequests, worlds }: WorldsState): void {
    this.reset();
    this.#defaults = { ...defaults, time: new Time(defaults.time), crawl: parseCrawlMode(defaults.crawl) };
    this.#faults.load(faults);
    this.#unknownRequests = unknownRequests;
    for (const state of worlds) this.loadWorld(state);
  }

  /** Makes one world what it was. */
  loadWorld(state: WorldState): void {
    const { organization } = state;
    this.#byOrganization.get(organization)?.clock.stop();
    const world = this.#make(organization, this.#defaults);
    loadWorld(world, state);
    this.#byOrganization.set(organization, world);
  }

  #atFirst(): WorldDefaults {
    const { time, ...beginning } = this.#settings.defaults;
    return { ...beginning, time: new Time(time), endpointCount: 0 };
  }

  #begin(organization: string, anew: { readonly seed?: number; readonly scenario?: string }): World {
    const { endpoints, ...others } = this.#defaults;
    const { scenario, ...beginning } = { ...others, ...anew };
    const world = this.#make(organization, beginning);
    this.#play(world, scenario);
    // Endpoints come last: of what a scenario did before there was a subscriber, nobody is told.
    world.subscribe(endpoints);
    this.#byOrganization.set(organization, world);
    if (this.#byOrganization.size > this.#sweepAt) this.#sweep(world);
    return world;
  }

  #play(world: World, scenario: string): void {
    this.#isBeginning = true;
    try {
      this.#settings.play(world, scenario);
    } finally {
      this.#isBeginning = false;
    }
  }

  #make(organization: string, { seed, time, crawl }: Pick<WorldDefaults, "seed" | "time" | "crawl">): World {
    return new World(organization, this.#worldSettings, { seed, crawl, time: time.save() });
  }

  #happened(happening: Happening): void {
    if (this.#isBeginning) return;
    this.events.publish(happening);
    // What a request moved, its answer tells.
    if (happening.type !== "widget.moved") this.#settings.onHappening(happening);
  }

  #sweep(newest: World): void {
    for (const [organization, world] of this.#byOrganization) {
      if (world.isBlank && world !== newest) this.#byOrganization.delete(organization);
    }
    this.#sweepAt = Math.max(manyWorlds, 2 * this.#byOrganization.size);
  }
}
