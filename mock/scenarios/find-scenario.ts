import { nearestOf } from "../../spec/nearest.ts";
import { mustBe, OptionError } from "../option-error.ts";
import { namedScenarios } from "./generated/named-scenarios.ts";
import type { Scenario, Scenarios } from "./scenario.ts";

const empty: Scenario = { description: "No widgets.", steps: [] };

/** Adds the scenarios that every mock has to those of its own; a scenario of its own may replace one of them. */
export function withNamedScenarios(own: Scenarios): Scenarios {
  return { empty, ...namedScenarios, ...own };
}

/** @throws OptionError if no scenario has this name */
export function findScenario(scenarios: Scenarios, name: string): Scenario {
  const found = Object.hasOwn(scenarios, name) ? scenarios[name] : undefined;
  if (found) return found;
  const names = Object.keys(scenarios);
  const nearest = nearestOf(name, names);
  const hint = nearest === undefined ? "" : `, did you mean "${nearest}"?`;
  throw new OptionError("scenario", `${mustBe(`one of ${names.join(", ")}`, name)}${hint}`);
}
