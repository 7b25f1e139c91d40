import type { CallStep, FittingSize, ScriptStep } from "../../spec/generated/steps.ts";

export type {
  CallStep,
  CleanStep,
  FittingSize,
  Observable,
  ObserveStep,
  WaitStep,
  WalkStep,
  WindowStep,
} from "../../spec/generated/steps.ts";

/** One thing that a run does; `spec/steps.yaml` says what each means. */
export type PlanStep = ScriptStep;

/** The sizes of pages that fit the number of widgets that are listed then. */
export const fittingSizes = [
  "last-single",
  "last-full",
  "all-but-one",
  "all",
  "one-more",
  "largest",
] as const satisfies readonly FittingSize[];

/** The operations that change a widget. */
export const writes = ["updateWidget", "pauseWidget", "resumeWidget", "deleteWidget", "recrawlWidget"] as const;

export type Write = (typeof writes)[number];

/** Whether a step is a call of the organization's own that writes to a widget that is there. */
export function isOwnWrite(step: PlanStep): step is CallStep {
  const isOwn = step.kind === "call" && (step.caller ?? "own") === "own" && step.probe === undefined;
  return isOwn && (writes as readonly string[]).includes(step.operation);
}
