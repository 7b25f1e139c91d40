import { nearestOf } from "../../spec/nearest.ts";
import { mustBe, OptionError } from "../option-error.ts";
import type { ScenarioDefinition, Scenarios } from "./scenario.ts";

const empty: ScenarioDefinition = { description: "No widgets.", steps: [] };

/** Adds `empty`, which every mock has, to a mock's own scenarios. */
export function withEmptyScenario(scenarios: Scenarios): Scenarios {
  return { empty, ...scenarios };
}

/** @throws OptionError if no scenario has this name */
export function findScenario(scenarios: Scenarios, name: string): ScenarioDefinition {
  const all = withEmptyScenario(scenarios);
  const found = Object.hasOwn(all, name) ? all[name] : undefined;
  if (found) return found;
  const names = Object.keys(all);
  const nearest = nearestOf(name, names);
  const hint = nearest === undefined ? "" : `, did you mean "${nearest}"?`;
  throw new OptionError("scenario", `${mustBe(`one of ${names.join(", ")}`, name)}${hint}`);
}
