import { isSuppressed, type KnownViolations } from "./known-violations.ts";
import { type ExitCode, type Report, type RuleReport, rulesByBasis } from "./report.ts";

/** What makes the exit code of a run 1. */
export interface ExitPolicy {
  /** Least severe verdict that fails the run (default `fail`). */
  readonly failOn?: "fail" | "warn";
  /** Fail as well if a rule that a run can check has no verdict. */
  readonly failOnNotObserved?: boolean;
  /** Violations that are suppressed until they expire. */
  readonly known?: KnownViolations;
  /** Day by which they expire, such as 2027-01-15; today (UTC) if left out. */
  readonly today?: string;
}

/** Applies a policy to a report: marks what fails the run and what is known, and sets the exit code. */
export function applyExitPolicy(report: Report, policy: ExitPolicy = {}): Report {
  const { known = {}, today = new Date().toISOString().slice(0, 10) } = policy;
  const rules = report.rules.map(({ knownViolation: _, failsRun: __, ...rule }): RuleReport => {
    const entry = known[rule.id];
    const withKnown: RuleReport = {
      ...rule,
      ...(entry ? { knownViolation: { ...entry, isExpired: today > entry.expires } } : {}),
    };
    return { ...withKnown, ...(!isSuppressed(withKnown) && isFailure(rule, policy) ? { failsRun: true } : {}) };
  });
  return { ...report, rules, exitCode: exitCodeFor({ ...report, rules }) };
}

/**
 * The exit code of a run under a policy: 2 if nothing could be checked; else 1 if a rule is broken, or the policy names
 * something else that fails the run; else 2 if the run stopped early or something besides the server failed; else 0.
 */
export function exitCodeOf(report: Report, policy: ExitPolicy = {}): ExitCode {
  return applyExitPolicy(report, policy).exitCode;
}

function isFailure(
  { verdict, level, basis }: RuleReport,
  { failOn = "fail", failOnNotObserved = false }: ExitPolicy,
): boolean {
  if (verdict === "warn") return failOn === "warn";
  if (verdict === "not-observed" || verdict === "inconclusive") {
    return failOnNotObserved && level !== "never" && basis !== "assumed";
  }
  return verdict === "fail";
}

function exitCodeFor({ rules, stoppedEarly }: Report): ExitCode {
  // If a run checks assumptions alone, they are what it checked.
  const { documented, assumed } = rulesByBasis(rules);
  const checked = documented.length > 0 ? documented : assumed;
  if (checked.every(({ verdict }) => verdict === "not-observed" || verdict === "error")) return 2;
  if (rules.some(({ failsRun }) => failsRun)) return 1;
  const hasError = rules.some((rule) => rule.verdict === "error" && !isSuppressed(rule));
  return stoppedEarly !== undefined || hasError ? 2 : 0;
}

/** Ids of the rules that are listed as known violations, and pass. */
export function fixedViolations({ rules }: Report): string[] {
  return rules.filter(({ knownViolation, verdict }) => knownViolation && verdict === "pass").map(({ id }) => id);
}
