import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import type { ScenarioAction, ScenarioStep } from "./scenario.ts";

/** An action of a scenario and its place there. */
export interface PlacedAction {
  readonly action: ScenarioAction;
  /** `steps[1]`, or inside repeated steps `steps[1].steps[0]`. */
  readonly path: string;
  /** Inside repeated steps: the number of the run, from 1, of each repetition from the innermost one. */
  readonly runs: readonly number[];
}

/** The actions of a scenario in order, with repeated steps written out. */
export function* unrollSteps(
  steps: readonly ScenarioStep[],
  prefix = "",
  runs: readonly number[] = [],
): Generator<PlacedAction> {
  for (const [index, step] of steps.entries()) {
    const path = `${prefix}steps[${index}]`;
    if (step.kind !== "repeat") yield { action: step, path, runs };
    else {
      for (let n = 1; n <= step.times; n++) {
        const numbered = step.steps.map(
          (inner) => fillInNumber(inner as unknown as Json, n) as unknown as ScenarioStep,
        );
        yield* unrollSteps(numbered, `${path}.`, [n, ...runs]);
      }
    }
  }
}

/** A step with `{n}` filled in. Repeated steps inside it are left alone: they count for themselves. */
function fillInNumber(part: Json, n: number): Json {
  if (typeof part === "string") return part.replaceAll("{n}", String(n));
  if (Array.isArray(part)) return part.map((item: Json) => fillInNumber(item, n));
  if (!isJsonObject(part) || part["kind"] === "repeat") return part;
  return Object.fromEntries(Object.entries(part as JsonObject).map(([name, value]) => [name, fillInNumber(value, n)]));
}
