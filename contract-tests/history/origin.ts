/**
 * The part of a run that a script belongs to. In `quiet` one write at a time happens while nothing else does; the scripts
 * of `parallel` run side by side; those of `visitor` need an adapter; those of `probe` come last and show assumptions.
 */
export type Lane = "quiet" | "parallel" | "visitor" | "probe";

/** The script of the plan that an exchange belongs to. */
export interface Origin {
  readonly lane: Lane;
  /** The script's id. */
  readonly script: string;
}
