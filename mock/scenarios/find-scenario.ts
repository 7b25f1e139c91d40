import { didYouMean } from "../../spec/nearest.ts";
import { OptionError } from "../options.ts";
import type { ScenarioDefinition, Scenarios } from "./scenario.ts";

const empty: ScenarioDefinition = { says: "Nothing is there.", steps: [] };

/** A mock's own scenarios together with `empty`, which every mock has. */
export function withEmptyScenario(scenarios: Scenarios): Scenarios {
  return { empty, ...scenarios };
}

/** @throws OptionError if no scenario has this name */
export function findScenario(scenarios: Scenarios, name: string): ScenarioDefinition {
  const all = withEmptyScenario(scenarios);
  const found = Object.hasOwn(all, name) ? all[name] : undefined;
  if (found) return found;
  const names = Object.keys(all);
  throw new OptionError(`scenario: there is no "${name}".${didYouMean(name, names)} (${names.join(", ")})`);
}
