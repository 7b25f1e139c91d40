import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import type { Plan } from "./plan.ts";
import type { Script, ScriptStep } from "./script.ts";

const calls: readonly string[] = ["updateWidget", "pauseWidget", "resumeWidget", "recrawlWidget", "deleteWidget"];

/**
 * The plan that does a counterexample again, by what `replay/<rule>.json` of a report has.
 * @throws RangeError that says what is missing
 */
export function replayOf(file: Json): Plan {
  const all: unknown = isJsonObject(file) ? file["scripts"] : undefined;
  if (!Array.isArray(all) || all.length === 0 || !all.every(isScript)) {
    throw new RangeError("this is no counterexample: it has no scripts with an id, and draft and live steps.");
  }
  // In the quiet lane nothing else happens beside it.
  const isQuiet = ({ lane }: Script) => lane === "quiet";
  const isVisitor = ({ lane }: Script) => lane === "visitor";
  return {
    quiet: all.filter(isQuiet),
    scripts: all.filter((script) => !isQuiet(script) && !isVisitor(script)),
    visitor: all.filter(isVisitor),
  };
}

function isScript(value: unknown): value is Script {
  if (!isJsonObject(value as Json)) return false;
  const { id, lane, draft, live, last = [] } = value as { readonly [member: string]: unknown };
  const isLane = ["quiet", "parallel", "visitor"].includes(String(lane));
  return (
    isLane &&
    typeof id === "string" &&
    [draft, live, last].every((steps) => Array.isArray(steps) && steps.every(isStep))
  );
}

function isStep(value: unknown): value is ScriptStep {
  const { operation, body, beside } = (value ?? {}) as { readonly [member: string]: Json | undefined };
  const isCall = typeof operation === "string" && calls.includes(operation);
  return isCall && (body === undefined || isJsonObject(body)) && (beside === undefined || isStep(beside));
}
