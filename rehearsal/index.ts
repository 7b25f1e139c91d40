export type { AcceptedDependency, KnownDependencies } from "./known-dependencies.ts";
export { readKnownDependencies } from "./known-dependencies.ts";
export { type Met, metIn } from "./met.ts";
export type { PlannedVariation, Selection } from "./plan.ts";
export { planVariations, selectVariations } from "./plan.ts";
export {
  BaselineError,
  planRehearsal,
  type RehearsalPlan,
  type RehearseOptions,
  type RunClient,
  rehearse,
} from "./rehearse.ts";
export { rehearsalAnnotations } from "./report/github-annotations.ts";
export { rehearsalMarkdown } from "./report/markdown.ts";
export { planText } from "./report/plan-text.ts";
export { rehearsalFiles } from "./report/rehearsal-files.ts";
export type { BrokenRun, RehearsalReport, RehearsalVerdict, ReportedVariation } from "./report/rehearsal-report.ts";
export { rehearsalText, verdictLine } from "./report/text-report.ts";
export { endRunningCommands, runCommand } from "./run/run-command.ts";
export { RunLog } from "./run/run-log.ts";
export type { RunEnd, RunResult } from "./run/run-result.ts";
export { createVariations } from "./variations/create-variations.ts";
export { type MockSetup, mergeSetups, type Variation } from "./variations/variation.ts";
