import type { Engine } from "../engine.ts";
import type { WallClock } from "../world/time.ts";
import type { World } from "../world/world.ts";
import { ChangeTracker, type RowSource } from "./change-tracker.ts";
import { Changes } from "./changes.ts";
import { shared } from "./row.ts";
import { sharedRowSource } from "./shared-rows.ts";
import type { Store, StoreStep } from "./store.ts";
import { worldRowSource } from "./world-rows.ts";

/** What the worlds of a mock know of its store. A mock that keeps its state in memory has none of it. */
export class Persistence {
  readonly tracker = new ChangeTracker();
  /** The store, once it is open. */
  store: Store | undefined;
  /**
   * True if other processes may have the same worlds at the same time. Then the store says when tasks are due, and not the
   * clocks of this process, which has copies of some worlds only.
   */
  isShared = false;
  /** Number of processes that had the store before this one, so that none of them draws the request ids of another. */
  run = 0;
  /** The run of the next process, as a store has it. */
  runs = 0;
  /** The time of day that running clocks go by. */
  readonly wall: WallClock = { offsetMs: 0 };

  #engine: Engine | undefined;

  /** Tracks what the organizations and keys of an engine become. */
  attach(engine: Engine): void {
    this.#engine = engine;
    engine.organizations.onChange = ({ part, key, row }) => {
      const { changes } = engine.worlds.state;
      if (row) changes?.changed(part, key);
      else changes?.removed(part, key);
    };
  }

  newChanges(): Changes {
    return new Changes();
  }

  /** Tracks a world that has taken its place in the mock. */
  placeWorld(world: World, { isLoaded = false } = {}): void {
    this.tracker.place(world.organization, worldRowSource(world), { isLoaded });
  }

  /** Tracks a world no more. It is gone, unless only its copy is forgotten. */
  endWorld(world: World, { isForgotten = false } = {}): void {
    this.tracker.end(world.organization, worldRowSource(world), { isForgotten });
  }

  /** The world of an organization as this process has it at the moment. */
  worldOf(organization: string): World | undefined {
    return this.#engine?.worlds.find(organization);
  }

  /** What has the rows of an organization; undefined if there is none. */
  sourceOf(organization: string): RowSource | undefined {
    if (organization === shared) return this.#engine && sharedRowSource(this.#engine);
    const world = this.#engine?.worlds.find(organization);
    return world && worldRowSource(world);
  }

  /** Tracks what all worlds share. */
  placeShared({ isLoaded = false } = {}): void {
    if (this.#engine) this.tracker.place(shared, sharedRowSource(this.#engine), { isLoaded });
  }

  /** Does a step that no request waits for, or that comes later than its request. */
  step<Result>(step: StoreStep, act: () => Result): Result | Promise<Awaited<Result>> {
    return this.store ? this.store.run(step, act) : act();
  }
}
