import type { RunLog } from "./run-log.ts";

/** How a client's tests ended: by themselves, by a signal, or because they took too long; or that of tests in this process. */
export type RunEnd =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "signal"; readonly signal: string }
  | { readonly kind: "time-limit"; readonly seconds: number }
  | { readonly kind: "threw"; readonly error: unknown };

/** One run of a client's tests. */
export interface RunResult {
  readonly passed: boolean;
  readonly end: RunEnd;
  /** Real milliseconds. */
  readonly durationMs: number;
  /** The last lines that it wrote, as they are. */
  readonly lastLines: readonly string[];
  readonly log: RunLog;
}

/** Describes the end of a run: `exit code 1`, `ended by the time limit of 30 s`. */
export function describeRunEnd(end: RunEnd): string {
  if (end.kind === "exited") return `exit code ${end.code}`;
  if (end.kind === "signal") return `ended by ${end.signal}`;
  if (end.kind === "time-limit") return `ended by the time limit of ${Math.round(end.seconds)} s`;
  return end.error instanceof Error ? `${end.error.name}: ${end.error.message}` : String(end.error);
}
