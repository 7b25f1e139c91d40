import type { BrokenRun } from "./report/rehearsal-report.ts";
import type { RunLog } from "./run/run-log.ts";
import { describeRunEnd, type RunResult } from "./run/run-result.ts";
import { turningPoint } from "./turning-point.ts";
import type { MockSetup, Variation } from "./variations/variation.ts";

/** What one run of a variation showed. */
export interface RunOutcome {
  readonly verdict: "survives" | "breaks" | "not-applicable";
  readonly reason: string | undefined;
  readonly broken: BrokenRun | undefined;
  /** The operations that a fault struck. */
  readonly struck: readonly string[];
}

/** A run in a variation, and the log of the baseline that it is compared with. */
export interface VariedRun {
  readonly variation: Variation;
  readonly setup: MockSetup;
  readonly run: RunResult;
  readonly baseline: RunLog;
}

/** Judges a run: by whether the tests passed, and by what the mock saw. */
export function judgeRun({ variation, setup, run, baseline }: VariedRun): RunOutcome {
  const { passed, log, end, durationMs, lastLines } = run;
  const judged = variation.judge?.({ passed, log, baseline });
  const verdict = judged?.verdict ?? (passed ? "survives" : "breaks");
  const faulty = log.requests.filter(({ faults }) => faults.length > 0);
  const struck = [...new Set(faulty.flatMap(({ operation }) => operation ?? []))];
  if (verdict === "survives") {
    if (!setup.faults?.length || faulty.length > 0)
      return { verdict, reason: judged?.reason, broken: undefined, struck };
    const reason = "its fault never struck: do the tests clear faults?";
    return { verdict: "not-applicable", reason, broken: undefined, struck };
  }
  const request = judged?.after ?? turningPoint(log, baseline, variation);
  const after = request && {
    id: request.requestId,
    method: request.method,
    path: request.path + request.search,
    status: request.status,
    place: log.requests.indexOf(request) + 1,
    of: log.requests.length,
  };
  const seconds = Math.round(durationMs) / 1000;
  const broken = { end: describeRunEnd(end), seconds, finding: judged?.reason, lastLines, after };
  return { verdict, reason: undefined, broken, struck };
}
