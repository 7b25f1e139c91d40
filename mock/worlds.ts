import { boundReached } from "./bounds.ts";
import { CoverageRegister } from "./coverage/coverage-register.ts";
import type { FaultOptions, Faults } from "./faults/faults.ts";
import { IdEpochs } from "./id-epochs.ts";
import type { Journal, Journals } from "./journal/journal.ts";
import type { Meter } from "./metrics/meter.ts";
import { MockState, type WorldDefaults } from "./mock-state.ts";
import type { QuotaMeter } from "./organizations/quota-meter.ts";
import { EventStream } from "./world/event-stream.ts";
import { type Happening, type HappeningRecord, happeningOf } from "./world/happening.ts";
import { Time } from "./world/time.ts";
import { WebhookSockets } from "./world/webhooks/webhook-sockets.ts";
import type { WebhookTargets } from "./world/webhooks/webhook-targets.ts";
import { type NamedEndpoint, World, type WorldOptions, type WorldSettings } from "./world/world.ts";
import { WorldSweeper } from "./world-sweeper.ts";

/** Settings of all worlds of a mock. */
export interface WorldsSettings
  extends Omit<WorldSettings, "onHappening" | "owners" | "journals" | "stored" | "sockets"> {
  readonly targets: WebhookTargets;
  readonly quotas: QuotaMeter;
  readonly meter: Meter;
  readonly defaults: WorldOptions & { readonly endpoints: readonly NamedEndpoint[]; readonly scenario: string };
  /** Faults of every world that each reset brings back. */
  readonly faults: readonly FaultOptions[];
  /** Undefined if nobody wants to know. */
  readonly onHappening: ((happening: Happening) => void) | undefined;
}

/** What ids of a mock begin with, as a store has it. */
export interface WorldsStart {
  readonly latestEpoch: number;
  readonly startSeed: number;
  readonly startOptions: StartOptionTexts;
}

/** Options that new worlds start with, each as a text that differs where the option does. */
type StartOptionTexts = { readonly [name in "crawl" | "clock" | "scenario" | "webhooks"]: string };

/** Fills a new world with what a scenario begins with. */
export type Populate = (world: World, scenario: string) => void;

/** The worlds of a mock: one per organization, created when its key is first used. */
export class Worlds {
  readonly events = new EventStream();
  /** What clients have met: no part of the state, so that nothing resets it but its own control. */
  readonly coverage: CoverageRegister;
  /** Restores that are under way, and number of snapshots that are exported or restored. */
  readonly restorations = new Set<{ readonly bytes: number }>();
  snapshots = 0;
  hasStopped = false;
  readonly #settings: WorldsSettings;
  readonly #sockets: WebhookSockets;
  readonly #worldSettings = new WeakMap<MockState, WorldSettings>();
  #state: MockState;
  readonly epochs: IdEpochs;
  readonly #sweeper: WorldSweeper;
  #populate: Populate = () => undefined;
  /** What the state was begun with: a store keeps it, until everything is reset. */
  #startOptions: StartOptionTexts;
  constructor(settings: WorldsSettings) {
    this.#settings = settings;
    this.coverage = new CoverageRegister(settings.bounds.maxWorlds);
    this.#sockets = new WebhookSockets(settings.bounds, settings);
    this.epochs = new IdEpochs(settings.defaults.seed);
    this.#startOptions = this.#ownOptions();
    // A store that says when tasks are due looks for idle worlds itself.
    const looksForIdle = () => !settings.persistence?.isShared;
    this.#sweeper = new WorldSweeper(this, settings.bounds.maxIdleSeconds, looksForIdle);
    this.#state = this.#initialState({});
  }

  /** Sets how new worlds are filled. */
  populateBy(populate: Populate): void {
    this.#populate = populate;
  }

  /** What the mock holds at the moment. */
  get state(): MockState {
    return this.#state;
  }

  /** The defaults of worlds that are created from now on. */
  get defaults(): WorldDefaults {
    return this.#state.defaults;
  }

  /** The faults of every world. */
  get faults(): Faults {
    return this.#state.faults;
  }

  get journals(): Journals {
    return this.#state.journals;
  }

  /** The requests of no organization. */
  get unassigned(): Journal {
    return this.#state.unassigned;
  }

  /**
   * The world of an organization; created if there is none.
   * @throws Refusal if there are as many as there may be
   */
  worldOf(organization: string): World {
    const world = this.#state.byOrganization.get(organization) ?? this.#admit(organization);
    this.#sweeper.noteUse(world);
    return world;
  }

  /** The world of an organization, if there is one. */
  find(organization: string): World | undefined {
    return this.#state.byOrganization.get(organization);
  }

  /** The name of an organization, or a pseudonym of its key. */
  nameOf(organization: string): string {
    return this.#settings.nameOf(organization);
  }

  /** The worlds created so far. */
  list(): World[] {
    return [...this.#state.byOrganization.values()];
  }

  /** The organization that a widget belongs to, or belonged to before it was deleted. */
  ownerOf(widget: string): string | undefined {
    return this.#state.owners.organizationOf(widget);
  }

  /** An id for a request of an unknown organization. */
  nextRequestId(): string {
    const state = this.#state;
    state.unknownRequests++;
    state.changes?.counted();
    return `${this.epochs.requestPrefix(state, this.#settings.persistence?.run ?? 0)}${state.unknownRequests}`;
  }

  /** The default time; worlds whose own clock was moved differ. */
  now(): number {
    return this.defaults.time.now();
  }

  /**
   * Resets one world, or all of them and the defaults.
   * @param changes to what the mock was started with
   */
  reset(only?: World, changes: { readonly seed?: number; readonly scenario?: string } = {}): void {
    if (only) {
      this.#forget(only);
      this.faults.resetRateLimits(only.organization);
      // A world that was reset on purpose is not dropped as blank.
      this.#create(only.organization, changes).touch();
    } else {
      this.epochs.restart();
      this.#startOptions = this.#ownOptions();
      this.replaceState(this.#initialState(changes));
    }
  }

  /** Forgets the world of an organization with all that it has; its ids are never given again. */
  forget(organization: string): void {
    const world = this.find(organization);
    if (world) this.expire([world]);
  }

  /** Forgets worlds with all that they have; their ids are never given again. */
  expire(worlds: readonly World[]): void {
    this.epochs.begin(this.#state, this.epochs.reserve(this.#state));
    for (const world of worlds) this.#forget(world);
  }

  /** Stops every clock, and sends nothing any more. */
  stop(): void {
    this.hasStopped = true;
    this.#sweeper.stop();
    this.events.close();
    for (const world of this.list()) {
      world.clock.stop();
      world.webhooks.deliveries.giveUpWaiting();
    }
  }

  /** Plays a scenario in a world without an organization, to see whether it can be played. */
  rehearse(scenario: string): void {
    const world = this.createWorldIn(this.#state, "");
    try {
      this.#play(world, scenario);
    } finally {
      world.end();
    }
  }

  /**
   * Makes a world without a place in the mock, such as one that is being restored.
   * @param state what holds its bytes, its requests and its widgets' ids
   */
  createWorldIn(state: MockState, organization: string, options: Partial<WorldOptions> = {}): World {
    const { defaults, epochs } = state;
    const { seed, crawl } = defaults;
    const ofWorld = { seed, crawl, time: defaults.time.save(), epoch: this.epochs.nameOf(epochs), ...options };
    return new World(organization, this.#settingsIn(state), ofWorld);
  }

  /** All worlds of a state share one object. */
  #settingsIn(state: MockState): WorldSettings {
    let settings = this.#worldSettings.get(state);
    if (!settings) {
      const { owners, journals, stored } = state;
      const onHappening = (happening: HappeningRecord, world: World) => this.#report(happening, world);
      settings = { ...this.#settings, owners, journals, stored, sockets: this.#sockets, onHappening };
      this.#worldSettings.set(state, settings);
    }
    return settings;
  }

  /** Puts another state in the place of the whole one. */
  replaceState(next: MockState): void {
    const { persistence } = this.#settings;
    for (const world of this.list()) {
      world.clock.stop();
      world.webhooks.deliveries.giveUpWaiting();
      persistence?.endWorld(world);
    }
    next.journals.takeListeners(this.journals);
    this.#state = next;
    this.epochs.noteNewState();
    persistence?.placeShared();
    for (const world of this.list()) {
      persistence?.placeWorld(world);
      world.clock.start();
    }
  }

  /** Takes in a world as a store has it. Its tasks run from `clock.start` on. */
  adopt(world: World): void {
    this.#state.byOrganization.set(world.organization, world);
    this.#settings.persistence?.placeWorld(world, { isLoaded: true });
  }

  /** Forgets the copy of a world that a store has. */
  forgetCopy(world: World): void {
    world.end();
    this.#state.byOrganization.delete(world.organization);
    this.#settings.persistence?.endWorld(world, { isForgotten: true });
  }

  /** The epochs and the seed of the first start, as a store has them. */
  saveStart(): WorldsStart {
    const { latest, startSeed } = this.epochs;
    return { latestEpoch: latest, startSeed, startOptions: this.#startOptions };
  }

  loadStart({ startOptions, ...epochs }: WorldsStart): void {
    this.epochs.load(epochs);
    this.#startOptions = startOptions;
  }

  /** Puts a restored world, which was made in a state of its own, in the place of the one that its organization has. */
  replaceWorld(world: World, { epochs }: MockState): void {
    const before = this.find(world.organization);
    if (before) this.#forget(before);
    world.moveTo(this.#state);
    this.#state.byOrganization.set(world.organization, world);
    this.#settings.persistence?.placeWorld(world);
    this.epochs.begin(this.#state, Math.max(this.#state.epochs, epochs));
    world.clock.start();
  }

  #forget(world: World): void {
    world.end();
    world.webhooks.deliveries.giveUpWaiting();
    this.#state.byOrganization.delete(world.organization);
    this.#settings.persistence?.endWorld(world);
  }

  /** The names of the options of this start that differ from those that the state was begun with. */
  changedSinceStart(): string[] {
    const own = Object.entries(this.#ownOptions());
    const before: { readonly [name: string]: string } = this.#startOptions;
    return own.filter(([name, text]) => before[name] !== text).map(([name]) => name);
  }

  #ownOptions(): StartOptionTexts {
    const { crawl, time, scenario, endpoints } = this.#settings.defaults;
    const webhooks = endpoints.map(({ url }) => url);
    return { crawl: crawl.text, clock: JSON.stringify(time), scenario, webhooks: webhooks.join(" ") };
  }

  #initialState(changes: Partial<WorldDefaults>): MockState {
    const { bounds, defaults, faults, persistence } = this.#settings;
    const { time: startTime, ...others } = defaults;
    const time = new Time(startTime, persistence?.wall);
    const initial: WorldDefaults = { ...others, seed: this.epochs.startSeed, time, endpointCount: 0, ...changes };
    const state = new MockState(bounds, initial, { changes: persistence?.newChanges() });
    for (const fault of faults) state.faults.add(fault);
    return state;
  }

  #admit(organization: string): World {
    const { bounds } = this.#settings;
    const { byOrganization, stored } = this.#state;
    const { persistence } = this.#settings;
    // A store whose tasks are not run here has more worlds than this process has copies of, and counts them itself.
    if (!persistence?.isShared) {
      if (byOrganization.size >= bounds.maxWorlds) this.#sweeper.forgetBlank();
      if (byOrganization.size >= bounds.maxWorlds) throw boundReached("maxWorlds", bounds);
    }
    stored.requireRoom();
    persistence?.store?.requireWritable();
    return this.#create(organization, {});
  }

  #create(organization: string, changes: { readonly seed?: number; readonly scenario?: string }): World {
    const { endpoints, scenario } = this.defaults;
    const world = this.createWorldIn(this.#state, organization, changes);
    this.#play(world, changes.scenario ?? scenario);
    // Endpoints come last: the events of a scenario are not delivered.
    world.open(endpoints);
    this.#state.byOrganization.set(organization, world);
    this.#settings.persistence?.placeWorld(world);
    return world;
  }

  #play(world: World, scenario: string): void {
    this.coverage.isPaused = true;
    try {
      this.#populate(world, scenario);
    } finally {
      this.coverage.isPaused = false;
    }
  }

  /** Reports what clients have caused; its JSON is made only if somebody listens. */
  #report(record: HappeningRecord, world: World): void {
    const { onHappening, meter } = this.#settings;
    const { name, organization } = world;
    if (this.coverage.isPaused) return;
    meter.countHappening(record.type);
    this.coverage.countHappening(record, world);
    if (!(onHappening || this.events.hasSubscribers)) return;
    const happening = happeningOf(record, name);
    this.events.publish(happening, organization);
    // A state change by a request is reported by its response.
    if (happening.type !== "widget.moved") onHappening?.(happening);
  }
}
