import { isJsonObject, type Json, type JsonObject } from "../../spec/merge-patch.ts";
import type { ScenarioAction, ScenarioStep } from "./scenario.ts";

/** An action of a scenario and its place there: `2`, or inside repeated steps `2.1, time 7`. */
export interface PlacedAction {
  readonly action: ScenarioAction;
  readonly place: string;
}

/** The actions of a scenario in order, with repeated steps written out. */
export function* unrollSteps(steps: readonly ScenarioStep[], prefix = "", time = ""): Generator<PlacedAction> {
  for (const [index, step] of steps.entries()) {
    const place = `${prefix}${index + 1}`;
    if (!("repeat" in step)) yield { action: step, place: `${place}${time}` };
    else {
      for (let n = 1; n <= step.repeat; n++) {
        const numbered = step.steps.map(
          (inner) => fillInNumber(inner as unknown as Json, n) as unknown as ScenarioStep,
        );
        yield* unrollSteps(numbered, `${place}.`, `${time}, time ${n}`);
      }
    }
  }
}

/** A step with `{n}` filled in. Repeated steps inside it are left alone: they count for themselves. */
function fillInNumber(part: Json, n: number): Json {
  if (typeof part === "string") return part.replaceAll("{n}", String(n));
  if (Array.isArray(part)) return part.map((item: Json) => fillInNumber(item, n));
  if (!isJsonObject(part) || "repeat" in part) return part;
  return Object.fromEntries(Object.entries(part as JsonObject).map(([name, value]) => [name, fillInNumber(value, n)]));
}
