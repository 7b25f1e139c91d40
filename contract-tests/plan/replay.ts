import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import type { Plan } from "./plan.ts";
import type { Script, Step } from "./script.ts";

const calls: readonly string[] = ["updateWidget", "pauseWidget", "resumeWidget", "recrawlWidget", "deleteWidget"];

/**
 * The plan that does a counterexample again, by what `replay/<rule>.json` of a report has.
 * @throws RangeError that says what is missing
 */
export function replayOf(file: Json): Plan {
  const script = isJsonObject(file) ? file["script"] : undefined;
  if (!isScript(script)) {
    throw new RangeError("this is no counterexample: it has no script with an id, and draft and live steps.");
  }
  // In the quiet lane nothing else happens beside it.
  const isQuiet = script.id.startsWith("quiet-");
  const isVisitor = script.id.startsWith("visitor-");
  return {
    quiet: isQuiet ? [script] : [],
    scripts: isQuiet || isVisitor ? [] : [script],
    visitor: isVisitor ? [script] : [],
  };
}

function isScript(value: unknown): value is Script {
  if (!isJsonObject(value as Json)) return false;
  const { id, draft, live } = value as { readonly [member: string]: unknown };
  return typeof id === "string" && [draft, live].every((steps) => Array.isArray(steps) && steps.every(isStep));
}

function isStep(value: unknown): value is Step {
  const { call, body, beside } = (value ?? {}) as { readonly [member: string]: Json | undefined };
  const isCall = typeof call === "string" && calls.includes(call);
  return isCall && (body === undefined || isJsonObject(body)) && (beside === undefined || isStep(beside));
}
