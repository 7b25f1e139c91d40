/**
 * The part of a run that a script belongs to. In `quiet` one write at a time happens while nothing else does; the scripts
 * of `parallel` run side by side; `visitor` looks through an adapter; `list` walks through the list while nothing is
 * written; `foreign` calls without a credential and with another organization's; `probe` shows assumptions.
 */
export type Lane = (typeof lanes)[number];

/** The lanes, in the order in which a plan has them. */
export const lanes = ["quiet", "visitor", "parallel", "list", "foreign", "probe"] as const;

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
