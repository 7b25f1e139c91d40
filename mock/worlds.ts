import { Faults, type FaultsState } from "./faults/faults.ts";
import { type CrawlMode, parseCrawlMode } from "./world/crawl-mode.ts";
import { Feed } from "./world/feed.ts";
import type { Happening } from "./world/happening.ts";
import { Time, type TimeState } from "./world/time.ts";
import { type Beginning, World, type WorldSettings } from "./world/world.ts";
import { loadWorld, saveWorld, type WorldState } from "./world/world-state.ts";

/** From this many worlds on, those in which nothing was ever made are let go: a key is any word a stranger may send. */
const manyWorlds = 10_000;

/** How the worlds of a mock begin, and who is told of what happens in them. */
export interface WorldsSettings extends Omit<WorldSettings, "happened"> {
  readonly beginning: Beginning & { readonly scenario: string };
  /** Fills a new world with what its scenario says. */
  readonly play: (world: World, scenario: string) => void;
  readonly happened: (happening: Happening) => void;
}

/** What the worlds that are yet to come begin with: it can be changed while the mock runs. */
export interface Prospect {
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
  readonly prospect: Omit<Prospect, "time" | "crawl"> & { readonly time: TimeState; readonly crawl: string };
  readonly faults: FaultsState;
  readonly unknownRequests: number;
  readonly worlds: readonly WorldState[];
}

/** The worlds of a mock: one per organization, made when a key of it is first used. */
export class Worlds {
  readonly feed = new Feed();
  readonly #settings: WorldsSettings;
  readonly #worldSettings: WorldSettings;
  readonly #byOrganization = new Map<string, World>();
  #prospect: Prospect;
  #faults: Faults;
  #unknownRequests = 0;
  #sweepAt = manyWorlds;
  /** What a scenario does on its way is nothing that happens. */
  #isBeginning = false;

  constructor(settings: WorldsSettings) {
    this.#settings = settings;
    this.#prospect = this.#atFirst();
    this.#faults = new Faults(settings.beginning.seed, "flt_all_");
    this.#worldSettings = { ...settings, happened: (happening) => this.#happened(happening) };
  }

  /** What the worlds that are yet to come begin with. */
  get prospect(): Prospect {
    return this.#prospect;
  }

  /** What goes wrong in every world. */
  get faults(): Faults {
    return this.#faults;
  }

  of(organization: string): World {
    return this.#byOrganization.get(organization) ?? this.#begin(organization, {});
  }

  /** Every world that there is. */
  all(): World[] {
    return [...this.#byOrganization.values()];
  }

  /** The world that a widget is in, or was. */
  owning(id: string): World | undefined {
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
    return this.#prospect.time.now();
  }

  /**
   * Forgets one world, or all: what is made of them next begins anew.
   * @param anew what it begins with instead of what the mock was started with
   */
  reset(only?: World, anew: { readonly seed?: number; readonly scenario?: string } = {}): void {
    for (const world of only ? [only] : this.all()) {
      world.clock.stop();
      this.#byOrganization.delete(world.organization);
      this.#faults.forget(world.organization);
    }
    // One that was made on purpose is not forgotten for being empty.
    if (only) this.#begin(only.organization, anew).touch();
    else {
      this.#prospect = Object.assign(this.#atFirst(), anew);
      this.#faults = new Faults(this.#prospect.seed, "flt_all_");
      this.#unknownRequests = 0;
    }
  }

  /** Stops every clock. */
  stop(): void {
    this.feed.close();
    for (const world of this.all()) world.clock.stop();
  }

  /** Plays a scenario in a world that is no organization's, to see whether it can be. */
  rehearse(scenario: string): void {
    const world = this.#make("", this.#prospect);
    this.#play(world, scenario);
    world.clock.stop();
  }

  save(): WorldsState {
    const { time, crawl, ...prospect } = this.#prospect;
    return {
      prospect: { ...prospect, time: time.save(), crawl: crawl.text },
      faults: this.#faults.save(),
      unknownRequests: this.#unknownRequests,
      worlds: this.all().map(saveWorld),
    };
  }

  /** Makes every world what it was, and forgets those that were not. */
  load({ prospect, faults, unknownRequests, worlds }: WorldsState): void {
    this.reset();
    this.#prospect = { ...prospect, time: new Time(prospect.time), crawl: parseCrawlMode(prospect.crawl) };
    this.#faults.load(faults);
    this.#unknownRequests = unknownRequests;
    for (const state of worlds) this.loadWorld(state);
  }

  /** Makes one world what it was. */
  loadWorld(state: WorldState): void {
    const { organization } = state;
    this.#byOrganization.get(organization)?.clock.stop();
    const world = this.#make(organization, this.#prospect);
    loadWorld(world, state);
    this.#byOrganization.set(organization, world);
  }

  #atFirst(): Prospect {
    const { time, ...beginning } = this.#settings.beginning;
    return { ...beginning, time: new Time(time), endpointCount: 0 };
  }

  #begin(organization: string, anew: { readonly seed?: number; readonly scenario?: string }): World {
    const { endpoints, ...others } = this.#prospect;
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

  #make(organization: string, { seed, time, crawl }: Pick<Prospect, "seed" | "time" | "crawl">): World {
    return new World(organization, this.#worldSettings, { seed, crawl, time: time.save() });
  }

  #happened(happening: Happening): void {
    if (this.#isBeginning) return;
    this.feed.tell(happening);
    // What a request moved, its answer tells.
    if (happening.type !== "widget.moved") this.#settings.happened(happening);
  }

  #sweep(newest: World): void {
    for (const [organization, world] of this.#byOrganization) {
      if (world.isBlank && world !== newest) this.#byOrganization.delete(organization);
    }
    this.#sweepAt = Math.max(manyWorlds, 2 * this.#byOrganization.size);
  }
}
