import { type Happening, World, type WorldSettings } from "./world/world.ts";

/** The worlds of a mock: one per organization, made when a key of it is first used. */
export class Worlds {
  readonly #settings: WorldSettings;
  readonly #byOrganization = new Map<string, World>();
  /** What happens while somebody moves the clock. */
  #happened: Happening[] | undefined;
  /** How far the worlds that are yet to come have been moved, in milliseconds. */
  #aheadMs = 0;
  #unknownRequests = 0;

  constructor(settings: WorldSettings) {
    this.#settings = {
      ...settings,
      happened: (happening) => {
        this.#happened?.push(happening);
        settings.happened(happening);
      },
    };
  }

  of(organization: string): World {
    let world = this.#byOrganization.get(organization);
    if (!world) {
      world = new World(organization, this.#settings, this.#aheadMs);
      this.#byOrganization.set(organization, world);
    }
    return world;
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
    const happened = this.watch(() => {
      for (const world of only ? [only] : this.#byOrganization.values()) world.clock.advance(milliseconds);
    });
    if (!only) this.#aheadMs += milliseconds;
    return happened.sort((a, b) => a.at.localeCompare(b.at));
  }

  /** Does something, and tells what happened by it. */
  watch(act: () => void): Happening[] {
    const happened: Happening[] = [];
    this.#happened = happened;
    try {
      act();
    } finally {
      this.#happened = undefined;
    }
    return happened;
  }

  /** Stops every clock. */
  stop(): void {
    for (const world of this.#byOrganization.values()) world.clock.stop();
  }
}
