/** What a step concerns: one organization, that of a widget whose visitor sends no key, or all of them. */
export type Concern =
  | { readonly kind: "organization"; readonly organization: string }
  | { readonly kind: "widget"; readonly widget: string }
  | { readonly kind: "all" };

/** A synchronous piece of what the engine does. */
export interface StoreStep {
  readonly concern: Concern;
  /** True if it is expected to change nothing; if it does, it is a command all the same. */
  readonly isRead: boolean;
  /** True if it cannot be done again after it was rolled back. */
  readonly isOnce?: boolean;
  /** True if it looks at what other processes have recorded: requests, and what happened. */
  readonly looksAtRecords?: boolean;
}

/** A step of something that no request waits for, or that comes later than its request. */
export function laterStep(organization: string | undefined): StoreStep {
  const concern: Concern = organization === undefined ? { kind: "all" } : { kind: "organization", organization };
  return { concern, isRead: false };
}

/** A world, as a list of many has it. */
export interface WorldSummary {
  readonly organization: string;
  readonly widgets: number;
  /** Recorded requests. */
  readonly requests: number;
  readonly clock: { readonly now: number; readonly running: boolean };
}

/** Worlds to look for: a page of all, or those of some organizations. */
export type WorldSearch =
  | { readonly offset: number; readonly limit: number }
  | { readonly organizations: readonly string[] };

/** Worlds that were found. */
export interface WorldsFound {
  /** How many there are in all. */
  readonly total: number;
  readonly worlds: readonly WorldSummary[];
}

/** A figure of a store at the moment. */
export interface StoreMetric {
  readonly name: string;
  readonly help: string;
  readonly value: number | undefined;
}

/** Keeps the worlds of a mock beyond its process. */
export interface Store {
  /**
   * Runs a step on worlds that are present and up to date, commits what it has changed, and only then gives its result. A
   * step inside a step is part of it; of one that gives a promise, only what it does at once is. It may be done again from
   * its start, unless that is excluded.
   * @throws Refusal if it cannot be committed; then it has not happened
   */
  run<Result>(step: StoreStep, act: () => Result): Result | Promise<Awaited<Result>>;
  /**
   * Looks for worlds without loading any; only a store that has more of them than its process has.
   * @throws Refusal if it cannot be used
   */
  findWorlds?(search: WorldSearch): Promise<WorldsFound>;
  /** Adds to the journal of an organization what other processes have recorded, as far as that can be read. */
  bringUpRecords?(organization: string): Promise<void>;
  /** Waits until what was changed so far is committed; false if it was rolled back. */
  committed(): Promise<boolean>;
  /** Why it cannot be used at the moment; undefined if it can. */
  ready?(): Promise<string | undefined>;
  /** Figures for whoever watches it. It throws nothing: what cannot be told at the moment has no value. */
  metrics?(): Promise<readonly StoreMetric[]>;
  /** @throws Refusal while nothing can be committed */
  requireWritable(): void;
  /** Where the state is, for people; without a password. */
  readonly description: string;
  /** What whoever opened it should know. */
  readonly notes?: readonly string[];
  /** Writes what is left, and lets go of it. */
  close(): Promise<void>;
}
