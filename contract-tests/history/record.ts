import type { Plan } from "../plan/plan.ts";
import type { History } from "./history.ts";

/** What a run was for: to look, to see again what it saw, or to tell it in fewer steps. */
export type Purpose = "look" | "confirm" | "shrink";

/** One pass of a run: what was planned, and all that was seen. */
export interface Pass {
  readonly purpose: Purpose;
  readonly plan: Plan;
  readonly history: History;
}

/** A whole run; a report is a function of it and of the document. */
export interface RunRecord {
  readonly target: string;
  readonly seed: number;
  readonly passes: readonly Pass[];
}
