import type { Engine } from "../engine.ts";
import type { FaultOptions, InjectedFault } from "../faults/faults.ts";
import type { Happening } from "../world/happening.ts";
import type { JournalEntry, JournalFilter } from "../world/journal.ts";
import type { Delivery } from "../world/webhooks/delivery.ts";
import type { EndpointOptions } from "../world/webhooks/endpoint.ts";
import * as clock from "./clock.ts";
import * as crawls from "./crawls.ts";
import * as faults from "./faults.ts";
import * as journal from "./journal.ts";
import { type ResetOptions, reset } from "./reset.ts";
import type { Scope } from "./scope.ts";
import { restore, type Snapshot, snapshot } from "./snapshot.ts";
import * as webhooks from "./webhooks.ts";

/** What can be done to one organization's world, or to every world and those to come. */
export interface Controls {
  readonly clock: ClockControls;
  readonly crawls: CrawlControls;
  readonly webhooks: WebhookControls;
  readonly journal: JournalControls;
  readonly faults: FaultControls;
  /**
   * Forgets what there is, as if nobody had ever called; a scenario and a seed may be given to begin with.
   * @throws OptionError where there is no such scenario or seed
   */
  reset(options?: ResetOptions): void;
  /** All that there is, and is still to happen, as JSON. */
  snapshot(): Snapshot;
  /**
   * Makes everything what it was.
   * @throws SnapshotError where it is no snapshot, or another mock's; then nothing has changed
   */
  restore(snapshot: Snapshot): void;
}

/** A clock in the user's hand. Times are in milliseconds. */
export interface ClockControls {
  now(): number;
  /** Whether it goes on by itself. */
  readonly running: boolean;
  /**
   * Moves time forward, on the real clock too, and tells in order what happened on the way.
   * @throws RangeError where time cannot go so far
   */
  advance(milliseconds: number): Happening[];
  /** Lets time stand still until it is moved or resumed. */
  freeze(): void;
  /** Lets time go on by itself, from what it is. */
  resume(): void;
}

/** How crawls run. */
export interface CrawlControls {
  /** As the option `crawl` takes it. */
  readonly mode: string;
  /**
   * Lets crawls run in another way; those that run go on as if they had begun in it.
   * @throws OptionError where there is no such way
   */
  change(mode: string): void;
  /** Ends the running crawls now, or one widget's, and tells what happened. */
  end(outcome: "succeeded" | "failed", widget?: string): Happening[];
}

/** Where events go, and how they got there. */
export interface WebhookControls {
  /**
   * Lets events go to an address from now on.
   * @returns the endpoint's id
   * @throws RangeError where the address or the secret is none
   */
  addEndpoint(options: EndpointOptions): string;
  /** Every delivery that is remembered, with its attempts, oldest first. */
  deliveries(): readonly Delivery[];
  /** Sends an event again; false where its id is not known. */
  redeliver(id: string): boolean;
  /** Waits until nothing is under way any more. */
  settled(): Promise<void>;
}

/** What was asked and answered, and what came of it. */
export interface JournalControls {
  /** The newest answers, oldest first. */
  entries(filter?: JournalFilter): JournalEntry[];
  /** Waits until there are so many answers, or real time is over (5000 ms), and gives what there is. */
  waitFor(count: number, filter?: JournalFilter, timeoutMs?: number): Promise<JournalEntry[]>;
  /** What a request has led to, by its id; undefined where nothing is known of it. */
  trace(requestId: string): journal.Trace | undefined;
}

/** What goes wrong on purpose. */
export interface FaultControls {
  /** @throws RangeError that says what is wrong with the fault */
  add(fault: FaultOptions): InjectedFault;
  list(): InjectedFault[];
  /** Ends one, or all. */
  clear(id?: string): void;
}

/** The controls of one organization's world, or of all. */
export function controlsOf(engine: Engine, organization: string | undefined): Controls {
  const scope: Scope = { engine, organization };
  return {
    clock: {
      now: () => clock.readClock(scope).now,
      get running() {
        return clock.readClock(scope).running;
      },
      advance: (milliseconds) => clock.advance(scope, milliseconds),
      freeze: () => clock.freeze(scope),
      resume: () => clock.resume(scope),
    },
    crawls: {
      get mode() {
        return crawls.crawlMode(scope);
      },
      change: (mode) => crawls.changeCrawls(scope, mode),
      end: (outcome, widget) => crawls.endCrawls(scope, outcome === "succeeded", widget),
    },
    webhooks: {
      addEndpoint: (options) => webhooks.addEndpoint(scope, options).id,
      deliveries: () => webhooks.deliveries(scope),
      redeliver: (id) => webhooks.redeliver(scope, id) !== undefined,
      settled: () => webhooks.settled(scope),
    },
    journal: {
      entries: (filter) => journal.entries(scope, filter),
      waitFor: (count, filter, timeoutMs) => journal.waitFor(scope, count, filter, timeoutMs),
      trace: (requestId) => journal.trace(scope, requestId),
    },
    faults: {
      add: (fault) => faults.addFault(scope, fault),
      list: () => faults.faultsIn(scope).list(),
      clear: (id) => (id === undefined ? faults.faultsIn(scope).clear() : void faults.faultsIn(scope).remove(id)),
    },
    reset: (options) => reset(scope, options),
    snapshot: () => snapshot(scope),
    restore: (given) => restore(scope, given),
  };
}
