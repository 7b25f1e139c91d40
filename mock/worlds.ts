import type { Happening } from "./world/happening.ts";
import { World, type WorldSettings } from "./world/world.ts";

function byTime(a: Happening, b: Happening): number {
  return a.at < b.at ? -1 : a.at > b.at ? 1 : 0;
}

/** The last time that RFC 3339 can write. */
export const endOfTime = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** From this many worlds on, those in which nothing was ever made are let go: a key is any word a stranger may send. */
const manyWorlds = 10_000;

/** The worlds of a mock: one per organization, made when a key of it is first used. */
export class Worlds {
  readonly #settings: WorldSettings;
  readonly #byOrganization = new Map<string, World>();
  readonly #listeners = new Set<(happening: Happening) => void>();
  /** How far the worlds that are yet to come have been moved, in milliseconds. */
  #aheadMs = 0;
  #unknownRequests = 0;
  #sweepAt = manyWorlds;

  constructor(settings: WorldSettings) {
    this.#settings = {
      ...settings,
      happened: (happening) => {
        for (const listener of this.#listeners) listener(happening);
        settings.happened(happening);
      },
    };
  }

  of(organization: string): World {
    let world = this.#byOrganization.get(organization);
    if (!world) {
      world = new World(organization, this.#settings, this.#aheadMs);
      this.#byOrganization.set(organization, world);
      if (this.#byOrganization.size > this.#sweepAt) this.#sweep(world);
    }
    return world;
  }

  /** The world that a widget is in, or was. */
  owning(id: string): World | undefined {
    for (const world of this.#byOrganization.values()) if (world.widgets.has(id)) return world;
    return undefined;
  }

  #sweep(newest: World): void {
    for (const [organization, world] of this.#byOrganization) {
      if (world.isBlank && world !== newest) this.#byOrganization.delete(organization);
    }
    this.#sweepAt = Math.max(manyWorlds, 2 * this.#byOrganization.size);
  }

  /** Names an answer that belongs to no world, because nobody knows who asked. */
  nextRequestId(): string {
    this.#unknownRequests++;
    return `req_0_${this.#unknownRequests}`;
  }

  /** The time of the worlds that are yet to come: that of all, unless one was moved alone. */
  now(): number {
    const { clock } = this.#settings;
    return (clock.running ? Date.now() : clock.start) + this.#aheadMs;
  }

  /** Whether time goes on by itself. */
  get running(): boolean {
    return this.#settings.clock.running;
  }

  /** Moves one world's clock, or all, and tells what happened, in the order of time. */
  advance(milliseconds: number, only?: World): Happening[] {
    const target = (only?.clock.now() ?? this.now()) + milliseconds;
    if (!(milliseconds >= 0 && target <= endOfTime)) {
      throw new RangeError(`A clock moves forward, to the end of the year 9999 at most; not by ${milliseconds} ms.`);
    }
    const happened = this.watch(() => {
      for (const world of only ? [only] : this.#byOrganization.values()) world.clock.advance(milliseconds);
    });
    if (!only) this.#aheadMs += milliseconds;
    return happened.sort(byTime);
  }

  /** Does something, and tells what happened by it. */
  watch(act: () => void): Happening[] {
    const { happened, stop } = this.#record();
    try {
      act();
    } finally {
      stop();
    }
    return happened;
  }

  /** Moves clocks, waits for the webhooks that this sends, and tells what happened, in the order of time. */
  async advanceAndSettle(milliseconds: number, only?: World): Promise<Happening[]> {
    const { happened, stop } = this.#record();
    try {
      this.advance(milliseconds, only);
      await this.settled(only);
    } finally {
      stop();
    }
    return happened.sort(byTime);
  }

  /** Waits until no webhook is under way any more. */
  async settled(only?: World): Promise<void> {
    const worlds = only ? [only] : [...this.#byOrganization.values()];
    await Promise.all(worlds.map(({ webhooks }) => webhooks.settled()));
  }

  #record(): { readonly happened: Happening[]; readonly stop: () => void } {
    const happened: Happening[] = [];
    const listener = (happening: Happening) => void happened.push(happening);
    this.#listeners.add(listener);
    return { happened, stop: () => void this.#listeners.delete(listener) };
  }

  /** Forgets one world, or all: what is made of them next begins anew, with the same seed. */
  reset(only?: World): void {
    for (const world of only ? [only] : [...this.#byOrganization.values()]) {
      world.clock.stop();
      this.#byOrganization.delete(world.organization);
    }
    if (!only) this.#aheadMs = 0;
  }

  /** Stops every clock. */
  stop(): void {
    for (const world of this.#byOrganization.values()) world.clock.stop();
  }
}
