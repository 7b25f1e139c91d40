import type { JsonObject } from "../../spec/merge-patch.ts";

/** A starting state for a world, written as the steps that lead to it. It plays the same in every dialect that allows its steps. */
export interface ScenarioDefinition {
  /** One sentence on what it is good for. */
  readonly description: string;
  readonly steps: readonly ScenarioStep[];
}

/** An operation of the API, the end of a crawl, or a group of repeated steps. Steps refer to widgets by names of the scenario's own. */
export type ScenarioStep = ScenarioAction | RepeatedSteps;

/** Steps that run several times. `{n}` in their texts is the number of the run, from 1. */
export interface RepeatedSteps {
  readonly repeat: number;
  readonly steps: readonly ScenarioStep[];
}

/** A single step: a call of an operation, or the end of a crawl. */
export type ScenarioAction =
  | {
      /** Id of the operation, such as `createWidget`. */
      readonly operation: string;
      /** Name of the widget that the operation is called on. */
      readonly widget?: string;
      /** Name for a widget that this step creates, for later steps. */
      readonly as?: string;
      readonly body?: JsonObject;
    }
  | { readonly crawl: "succeeded" | "failed"; readonly widget: string };

/** The scenarios of a mock, by name. */
export type Scenarios = Readonly<Record<string, ScenarioDefinition>>;
