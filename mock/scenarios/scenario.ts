import type { Counterexample, RepeatStep, Scenario, ScenarioStep } from "../../spec/generated/steps.ts";

export type { Counterexample, RepeatStep, Scenario, ScenarioStep } from "../../spec/generated/steps.ts";

/** A single step of a scenario. */
export type ScenarioAction = Exclude<ScenarioStep, RepeatStep>;

/** The scenarios of a mock, by name. */
export type Scenarios = Readonly<Record<string, Scenario>>;

/** Scenarios as they are given: by their steps, or by a counterexample of the contract tests. */
export type GivenScenarios = Readonly<Record<string, Scenario | Counterexample>>;
