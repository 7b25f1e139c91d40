import { stepIssueOf } from "../../spec/check-steps.ts";
import { OptionError } from "../option-error.ts";
import type { Counterexample, GivenScenarios, Scenario, ScenarioStep, Scenarios } from "./scenario.ts";
import { scenarioOf } from "./scenario-of-counterexample.ts";

/** A longer scenario would only be slow. */
const maxActions = 100_000;

/**
 * Reads scenarios, each given by its steps or by a counterexample of the contract tests.
 * @throws OptionError that names the first invalid scenario or step, such as `scenarios.mine.steps[1]`
 */
export function readScenarios(given: GivenScenarios): Scenarios {
  return Object.fromEntries(
    Object.entries(given).map(([name, file]) => [name, readScenario(`scenarios.${name}`, file)]),
  );
}

function readScenario(field: string, file: Scenario | Counterexample): Scenario {
  const isScripts = isCounterexample(file);
  const issue = stepIssueOf(isScripts ? "Counterexample" : "Scenario", file);
  if (issue) throw stepError(issue.place === "" ? field : `${field}.${issue.place}`, issue.problem);
  const scenario = isScripts ? scenarioOf(file) : file;
  if (countActions(scenario.steps) > maxActions) throw new OptionError(field, `must have at most ${maxActions} steps`);
  return scenario;
}

function isCounterexample(file: Scenario | Counterexample | null): file is Counterexample {
  return typeof file === "object" && file !== null && "scripts" in file;
}

function stepError(field: string, problem: string): OptionError {
  return new OptionError(field, problem, `${field}: ${problem}`);
}

function countActions(steps: readonly ScenarioStep[]): number {
  return steps.reduce((sum, step) => sum + (step.kind === "repeat" ? step.times * countActions(step.steps) : 1), 0);
}
