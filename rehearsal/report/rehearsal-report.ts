import type { RuleId } from "../../spec/generated/rules.ts";
import type { AcceptedDependency } from "../known-dependencies.ts";
import type { VariationKind } from "../variations/variation.ts";

/** What a rehearsal found out about a client in one variation. */
export const rehearsalVerdicts = ["breaks", "flaky", "survives", "not-applicable", "interrupted"] as const;
export type RehearsalVerdict = (typeof rehearsalVerdicts)[number];

/** A request of a broken run. */
export interface ReportedRequest {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** 0 if the connection was closed before an answer. */
  readonly status: number;
  /** Its place among the requests of the run, from 1, and their number. */
  readonly place: number;
  readonly of: number;
}

/** What a run that failed shows. */
export interface BrokenRun {
  /** How it ended: `exit code 1`. */
  readonly end: string;
  readonly seconds: number;
  /** What the mock saw, where that says more than the exit code. */
  readonly finding: string | undefined;
  readonly lastLines: readonly string[];
  /** The request after which it went wrong. */
  readonly after: ReportedRequest | undefined;
}

/** The operations that trouble breaks a client by, where it strikes one alone, and the others. */
export interface StruckOperations {
  /** Empty where only several together break it. */
  readonly breaking: readonly string[];
  readonly survived: readonly string[];
}

/** A variation, or two together, and what came of it. */
export interface ReportedVariation {
  readonly id: string;
  readonly kind: VariationKind | "pair";
  readonly rule: RuleId;
  readonly ruleText: string;
  readonly difference: string;
  readonly verdict: RehearsalVerdict;
  /** Why it does not apply; for one that was survived, how, where that says more than that the tests passed. */
  readonly reason: string | undefined;
  readonly runs: number;
  readonly failures: number;
  /** The first run that failed. */
  readonly broken: BrokenRun | undefined;
  /** For trouble that strikes several operations and breaks: what each of them does alone. */
  readonly operations: StruckOperations | undefined;
  readonly known: AcceptedDependency | undefined;
  readonly failsRun: boolean;
}

/** What the baseline met, as counts by name. */
export interface ReportedMet {
  readonly requests: number;
  readonly operations: Readonly<Record<string, number>>;
  readonly rules: Readonly<Record<string, number>>;
  readonly answers: Readonly<Record<string, number>>;
  readonly statuses: Readonly<Record<string, number>>;
  readonly events: Readonly<Record<string, number>>;
}

/** A rehearsal as data: `report.json`. */
export interface RehearsalReport {
  readonly version: string;
  /** The command, or the name of the tests. */
  readonly command: string;
  readonly startedAt: string;
  readonly seconds: number;
  readonly runs: number;
  readonly seed: number;
  readonly baseline: {
    readonly seconds: number;
    readonly runs: number;
    readonly failures: number;
    readonly met: ReportedMet;
  };
  /** Operations of the API that the tests never called. */
  readonly uncalledOperations: readonly string[];
  readonly variations: readonly ReportedVariation[];
  /** True if it was ended before it was done. */
  readonly isInterrupted: boolean;
  readonly exitCode: number;
}

/** Counts the variations by verdict. */
export function countVerdicts({
  variations,
}: Pick<RehearsalReport, "variations">): Readonly<Record<RehearsalVerdict, number>> {
  const countOf = (verdict: RehearsalVerdict) => variations.filter((one) => one.verdict === verdict).length;
  return {
    breaks: countOf("breaks"),
    flaky: countOf("flaky"),
    survives: countOf("survives"),
    "not-applicable": countOf("not-applicable"),
    interrupted: countOf("interrupted"),
  };
}

/** Sums a rehearsal up in a sentence. */
export function rehearsalSummary(report: Pick<RehearsalReport, "variations" | "isInterrupted">): string {
  const { breaks, flaky, survives, "not-applicable": never, interrupted } = countVerdicts(report);
  const without = interrupted === 0 ? "" : `: ${interrupted} ${interrupted === 1 ? "has" : "have"} no verdict`;
  const end = report.isInterrupted ? ` The rehearsal was interrupted${without}.` : "";
  const flakyText = flaky === 0 ? "" : `, is flaky in ${flaky}`;
  return `Your integration relies on ${breaks} of ${report.variations.length} variations, survives ${survives}${flakyText}, and has never met ${never}.${end}`;
}
