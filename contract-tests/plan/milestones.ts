import type { Milestone } from "../../spec/generated/steps.ts";
import type { Lane } from "../history/origin.ts";
import { isOwnWrite, type PlanStep } from "./step.ts";

export type { Milestone } from "../../spec/generated/steps.ts";

const ofWidgets = ["quiet", "visitor", "parallel"] as const;

/**
 * The milestones of a run, in their order, each with the lanes that have to get there. A script gets to a milestone when it
 * waits for it or for a later one, or has ended; to `waiting` also at its first window, and to
 * `written` when none of its steps before that wait writes any more.
 */
export const milestones = {
  /** Every widget is created, and drafts are written to. */
  made: [...ofWidgets, "probe"],
  /** The form of the list is known. */
  listed: ["list"],
  /** The quiet lane is over: from here on scripts run side by side. */
  "quiet-over": ["quiet"],
  /** Scripts that recrawl wait for the end of that: until then the others go on at random. */
  waiting: ["parallel"],
  /** Everything is written that other lanes write: what comes of a recrawl can be seen while nothing else happens. */
  written: ["visitor", "parallel"],
  /** Every script has done what it is for. */
  done: ofWidgets,
  /** Crawls that ran when their widgets were deleted must have ended. */
  settled: ofWidgets,
  /** The list was walked through in pages of several sizes, while nothing was written. */
  walked: ["list"],
  /** Other callers have asked, and tried to write. */
  asked: ["foreign"],
  /** Every widget was read once more. */
  read: ofWidgets,
  /** Events have come, or none is to be expected any more. */
  told: ["list"],
  /** The last looks are over. */
  looked: [...ofWidgets, "probe"],
  /** The widgets are deleted. */
  cleaned: ofWidgets,
  /** The empty list was seen: no documented rule is judged by what comes now, but whose widgets a caller reaches. */
  ended: ["list"],
  /** Probes are over: what may lock the run out comes last. */
  probed: ["probe"],
} as const satisfies { readonly [name in Milestone]: readonly Lane[] };

/** The names of the milestones, in their order. */
export const milestoneNames = Object.keys(milestones) as readonly Milestone[];

/** Whether a word names a milestone. */
export function isMilestone(word: string): word is Milestone {
  return word in milestones;
}

/** The last milestone that a script has waited for before a step. */
export function milestoneBefore(steps: readonly PlanStep[], step: number): Milestone | undefined {
  const waits = steps.slice(0, step).map((one) => (one.kind === "wait" ? one.until : ""));
  return waits.filter(isMilestone).at(-1);
}

/** The step at which a script has got to a milestone; how many steps there are where it does at its end. */
export function stepAt(steps: readonly PlanStep[], milestone: Milestone): number {
  const place = milestoneNames.indexOf(milestone);
  const isThere = (step: PlanStep) =>
    step.kind === "wait" && isMilestone(step.until) && milestoneNames.indexOf(step.until) >= place;
  const wait = steps.findIndex(isThere);
  const waits = wait === -1 ? steps.length : wait;
  const [window] = steps.flatMap(({ kind }, index) => (kind === "window" ? [index] : []));
  if (milestone === "waiting") return Math.min(waits, window ?? waits);
  return milestone === "written" ? steps.slice(0, waits).findLastIndex(isOwnWrite) + 1 : waits;
}
