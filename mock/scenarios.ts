import type { JsonObject } from "../spec/merge-patch.ts";

/** A world to begin with, as what was done in it: the same in every dialect that allows it. */
export interface Scenario {
  /** What it is good for. */
  readonly says: string;
  readonly steps: readonly Step[];
}

/** An operation of the API, the end of a crawl, or steps to be repeated. Widgets go by names of the scenario's own. */
export type Step = Deed | Repetition;

/** Steps that are done so many times. `{n}` in a text of theirs is the number of the time, from 1. */
export interface Repetition {
  readonly repeat: number;
  readonly steps: readonly Step[];
}

/** One thing that is done. */
export type Deed =
  | {
      /** An operation's id, such as `createWidget`. */
      readonly call: string;
      /** The widget it is about. */
      readonly of?: string;
      /** What a widget that is created is called from now on. */
      readonly as?: string;
      readonly body?: JsonObject;
    }
  | { readonly crawl: "succeeded" | "failed"; readonly of: string };

/** The scenarios of a mock, by name. */
export type Scenarios = Readonly<Record<string, Scenario>>;
