import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import { mustBe, OptionError } from "../option-error.ts";
import type { ScenarioStep, Scenarios } from "./scenario.ts";

/** A longer scenario would only be slow. */
const maxActions = 100_000;

/**
 * Checks the form of scenarios.
 * @throws OptionError that names the first invalid scenario or step, such as `scenarios.mine.steps[1]`
 */
export function checkScenarios(scenarios: Scenarios): void {
  for (const [name, scenario] of Object.entries(scenarios)) {
    const field = `scenarios.${name}`;
    const given: { readonly steps?: unknown } | null | undefined = scenario;
    const steps: unknown = typeof given === "object" && given !== null ? given.steps : undefined;
    if (!Array.isArray(steps)) throw new OptionError(`${field}.steps`, mustBe("an array of steps", steps));
    checkSteps(steps, `${field}.steps`);
    if (countActions(steps) > maxActions) throw new OptionError(field, `must have at most ${maxActions} steps`);
  }
}

function checkSteps(steps: readonly unknown[], field: string): void {
  for (const [index, step] of steps.entries()) {
    const place = `${field}[${index}]`;
    if (!isStep(step)) {
      throw new OptionError(
        place,
        'must have an "operation", or a "crawl" that "succeeded" or "failed" and its "widget", or "steps" to "repeat"',
      );
    }
    if ("repeat" in step) checkSteps(step.steps, `${place}.steps`);
  }
}

/** Checks the form of one step; the steps inside a repetition are checked by themselves. */
function isStep(step: unknown): step is ScenarioStep {
  if (typeof step !== "object" || step === null) return false;
  const { operation, crawl, widget, as, body = {}, repeat, steps } = step as { readonly [member: string]: unknown };
  const isTextOrAbsent = (value: unknown) => value === undefined || typeof value === "string";
  if (repeat !== undefined) return Number.isSafeInteger(repeat) && Number(repeat) >= 1 && Array.isArray(steps);
  if (crawl !== undefined) return (crawl === "succeeded" || crawl === "failed") && typeof widget === "string";
  return typeof operation === "string" && isTextOrAbsent(widget) && isTextOrAbsent(as) && isJsonObject(body as Json);
}

function countActions(steps: readonly ScenarioStep[]): number {
  return steps.reduce((sum, step) => sum + ("repeat" in step ? step.repeat * countActions(step.steps) : 1), 0);
}
