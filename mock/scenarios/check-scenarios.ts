import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import { OptionError } from "../options.ts";
import type { ScenarioStep, Scenarios } from "./scenario.ts";

/** A longer scenario would only be slow. */
const maxActions = 100_000;

/**
 * Holds scenarios against what they can be.
 * @throws OptionError that names the first one that is none
 */
export function checkScenarios(scenarios: Scenarios): void {
  for (const [name, scenario] of Object.entries(scenarios)) {
    const given: { readonly steps?: unknown } | null | undefined = scenario;
    const steps = typeof given === "object" && given !== null && Array.isArray(given.steps) ? given.steps : undefined;
    if (!steps) throw new OptionError(`scenarios: ${name} is none: it has no list of steps.`);
    const wrong = placeOfInvalidStep(steps);
    if (wrong !== undefined) {
      throw new OptionError(
        `scenarios: step ${wrong} of ${name} is none: it has a call, or a crawl that succeeded or failed and of which widget, or how often to repeat which steps.`,
      );
    }
    if (countActions(steps) > maxActions) {
      throw new OptionError(`scenarios: ${name} does more than ${maxActions} things.`);
    }
  }
}

/** Where the first thing is that is no step: `2`, or inside a repetition `2.1`. */
function placeOfInvalidStep(steps: readonly unknown[]): string | undefined {
  for (const [index, step] of steps.entries()) {
    if (!isStep(step)) return `${index + 1}`;
    const inside = "repeat" in step ? placeOfInvalidStep(step.steps) : undefined;
    if (inside !== undefined) return `${index + 1}.${inside}`;
  }
  return undefined;
}

/** Whether it has the form of a step; what is inside a repetition is looked at by itself. */
function isStep(step: unknown): step is ScenarioStep {
  if (typeof step !== "object" || step === null) return false;
  const { call, crawl, of, as, body = {}, repeat, steps } = step as { readonly [member: string]: unknown };
  const isTextOrNone = (value: unknown) => value === undefined || typeof value === "string";
  if (repeat !== undefined) return Number.isSafeInteger(repeat) && Number(repeat) >= 1 && Array.isArray(steps);
  if (crawl !== undefined) return (crawl === "succeeded" || crawl === "failed") && typeof of === "string";
  return typeof call === "string" && isTextOrNone(of) && isTextOrNone(as) && isJsonObject(body as Json);
}

function countActions(steps: readonly ScenarioStep[]): number {
  return steps.reduce((sum, step) => sum + ("repeat" in step ? step.repeat * countActions(step.steps) : 1), 0);
}
