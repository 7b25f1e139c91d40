import type { JsonObject } from "../../spec/merge-patch.ts";
import { short, writesWith } from "./parallel-scripts.ts";
import { bodyless, createStep, endOf, type Script, until, walkStep as walk, write } from "./script.ts";
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
  const recrawl = isShort ? [] : [write("updateWidget", plain), write("recrawlWidget")];
  const scripts = calls.map((call) =>
    // The widget that was paused before stays so: what resumes both shows.
    call.operation === "resumeWidget"
      ? quietScript(call, { first: [bodyless.pause], last: recrawl })
      : quietScript(call),
  );
  return isShort ? [before, ...scripts.slice(0, 3)] : [before, settled(plain), ...scripts, late];
}

/** Has another value than the others for its site in every member before anything else is done: what puts it back shows. */
function settled(plain: JsonObject): Script {
  return { ...quietScript(write("updateWidget", plain)), id: "quiet-settled" };
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

/** What is done besides: before it, and when everything else is written. */
interface Around {
  readonly first?: readonly CallStep[];
  readonly last?: readonly CallStep[];
}

function quietScript(call: CallStep, { first = [], last = [] }: Around = {}): Script {
  const each = (calls: readonly CallStep[]) => calls.flatMap((one): PlanStep[] => [one, walk]);
  const begin = [createStep, until("listed"), until("active"), until("turn"), ...each([...first, call])];
  const after: PlanStep[] = last.length > 0 ? [until("written"), walk, ...each(last), { kind: "window" }, walk] : [];
  const steps = [...begin, until("quiet-over"), ...after];
  return { id: `quiet-${short(call)}`, lane: "quiet", namesake: "quiet", steps: [...steps, ...endOf(steps, {})] };
}
