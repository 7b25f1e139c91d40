import { isSuppressed, knownViolationText } from "./known-violations.ts";
import type { RuleReport } from "./report.ts";
import { reasonText } from "./rules-by-reason.ts";

/** The result of a test of a rule, with what a runner of tests shows of it. */
export interface TestResult {
  readonly kind: "passed" | "failure" | "error" | "skipped";
  readonly message: string;
}

/** A test fails if its rule fails the run, and is skipped if the rule has no verdict or its violation is known. */
export function testResult(rule: RuleReport): TestResult {
  const { verdict, failsRun, knownViolation, reason, findings } = rule;
  const message = findings[0]?.message;
  const verdictText = `${verdict.replace("-", " ")}: ${reasonText(rule)}`;
  if (failsRun) return { kind: "failure", message: message ?? verdictText };
  if (knownViolation && isSuppressed(rule)) {
    return {
      kind: "skipped",
      message: `known violation, ${knownViolationText(knownViolation)}. ${message ?? reasonText(rule)}`,
    };
  }
  if (verdict === "error") return { kind: "error", message: reasonText(rule) };
  if (reason !== undefined) return { kind: "skipped", message: verdictText };
  return { kind: "passed", message: "" };
}
