import type { Lane } from "../../spec/generated/steps.ts";

export type { Lane } from "../../spec/generated/steps.ts";

/**
 * The step of the plan that an exchange or an observation belongs to. The run's own have none: polls for the end of a
 * crawl, what is asked to learn the form of the list, reads after an event, and the deletes that are left at the end.
 */
export interface Origin {
  readonly lane: Lane;
  /** The script's id. */
  readonly script: string;
  /** The index of the step in the script. */
  readonly step: number;
}
