import { isJsonObject, type Json, type JsonObject } from "../spec/merge-patch.ts";
import { OptionError } from "./options.ts";
import type { Deed, Scenarios, Step } from "./scenarios.ts";

/** More is not done by one scenario: it would only be slow. */
const mostDeeds = 100_000;

/**
 * Holds scenarios against what they can be.
 * @throws OptionError that names the first one that is none
 */
export function checkScenarios(scenarios: Scenarios): void {
  for (const [name, scenario] of Object.entries(scenarios)) {
    const given: { readonly steps?: unknown } | null | undefined = scenario;
    const steps = typeof given === "object" && given !== null && Array.isArray(given.steps) ? given.steps : undefined;
    if (!steps) throw new OptionError(`scenarios: ${name} is none: it has no list of steps.`);
    const wrong = placeOfNoStep(steps);
    if (wrong !== undefined) {
      throw new OptionError(
        `scenarios: step ${wrong} of ${name} is none: it has a call, or a crawl that succeeded or failed and of which widget, or how often to repeat which steps.`,
      );
    }
    if (deedsIn(steps) > mostDeeds) {
      throw new OptionError(`scenarios: ${name} does more than ${mostDeeds} things.`);
    }
  }
}

/** Where the first thing is that is no step: `2`, or inside a repetition `2.1`. */
function placeOfNoStep(steps: readonly unknown[]): string | undefined {
  for (const [index, step] of steps.entries()) {
    if (!isStep(step)) return `${index + 1}`;
    const inside = "repeat" in step ? placeOfNoStep(step.steps) : undefined;
    if (inside !== undefined) return `${index + 1}.${inside}`;
  }
  return undefined;
}

/** Whether it has the form of a step; what is inside a repetition is looked at by itself. */
function isStep(step: unknown): step is Step {
  if (typeof step !== "object" || step === null) return false;
  const { call, crawl, of, as, body = {}, repeat, steps } = step as { readonly [member: string]: unknown };
  const isTextOrNone = (value: unknown) => value === undefined || typeof value === "string";
  if (repeat !== undefined) return Number.isSafeInteger(repeat) && Number(repeat) >= 1 && Array.isArray(steps);
  if (crawl !== undefined) return (crawl === "succeeded" || crawl === "failed") && typeof of === "string";
  return typeof call === "string" && isTextOrNone(of) && isTextOrNone(as) && isJsonObject(body as Json);
}

function deedsIn(steps: readonly Step[]): number {
  return steps.reduce((sum, step) => sum + ("repeat" in step ? step.repeat * deedsIn(step.steps) : 1), 0);
}

/** One thing to do, and where the scenario says so: `2`, or inside a repetition `2.1, time 7`. */
export interface PlacedDeed {
  readonly deed: Deed;
  readonly place: string;
}

/** What a scenario does, one thing after the other, repetitions unrolled. */
export function* deedsOf(steps: readonly Step[], prefix = "", time = ""): Generator<PlacedDeed> {
  for (const [index, step] of steps.entries()) {
    const place = `${prefix}${index + 1}`;
    if (!("repeat" in step)) yield { deed: step, place: `${place}${time}` };
    else {
      for (let n = 1; n <= step.repeat; n++) {
        const numbered = step.steps.map((inner) => withNumber(inner as unknown as Json, n) as unknown as Step);
        yield* deedsOf(numbered, `${place}.`, `${time}, time ${n}`);
      }
    }
  }
}

/** A step with the number of the time in its texts. What a repetition inside it repeats has a number of its own. */
function withNumber(part: Json, n: number): Json {
  if (typeof part === "string") return part.replaceAll("{n}", String(n));
  if (Array.isArray(part)) return part.map((item: Json) => withNumber(item, n));
  if (!isJsonObject(part) || "repeat" in part) return part;
  return Object.fromEntries(Object.entries(part as JsonObject).map(([name, value]) => [name, withNumber(value, n)]));
}
