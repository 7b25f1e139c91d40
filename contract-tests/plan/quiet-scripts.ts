import type { JsonObject } from "../../spec/merge-patch.ts";
import { short, writesWith } from "./parallel-scripts.ts";
import { createStep, endOf, type Script, until, walkStep as walk, write } from "./script.ts";
import type { CallStep, PlanStep } from "./step.ts";

/**
 * One operation at a time between two views of everything, while nothing else happens. Each is done to a widget of its own;
 * all have equal names. What crawls is done at last, when everything is written: until then nothing comes of it. Its widget
 * differs from the others for its site in every member by then: what goes over to them shows.
 * @param update what one of them writes
 * @param plain a value for every member that can be written
 */
export function quietScripts(update: JsonObject, plain: JsonObject, isShort: boolean): Script[] {
  const calls = writesWith({ name: "Renamed", ...update });
  if (isShort) return [before, ...calls.slice(0, 3).map((call) => quietScript(call))];
  const recrawl = [write("updateWidget", plain), write("recrawlWidget")];
  const scripts = calls.map((call) => quietScript(call, call.operation === "resumeWidget" ? recrawl : []));
  return [before, ...scripts, late];
}

/** Sees every widget before the first write. */
const before: Script = {
  id: "quiet-before",
  lane: "quiet",
  steps: [until("listed"), until("turn"), { kind: "read-active" }, walk],
};

/** Is created when the others are active: what that does to them is to be seen. */
const late: Script = {
  id: "quiet-create",
  lane: "quiet",
  namesake: "quiet",
  steps: [until("listed"), until("turn"), createStep, walk, ...endOf([], {})],
};

/** @param last what is done when everything else is written */
function quietScript(call: CallStep, last: readonly CallStep[] = []): Script {
  const begin = [createStep, until("listed"), until("active"), until("turn"), call, walk];
  const after: PlanStep[] =
    last.length > 0 ? [until("written"), walk, ...last.flatMap((one) => [one, walk]), { kind: "window" }, walk] : [];
  const steps = [...begin, until("quiet-over"), ...after];
  return { id: `quiet-${short(call)}`, lane: "quiet", namesake: "quiet", steps: [...steps, ...endOf(steps, {})] };
}
