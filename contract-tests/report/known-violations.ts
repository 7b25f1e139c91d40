import type { WidgetsDocument } from "../../spec/document.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import { type KnownEntry, readKnownEntries } from "../../spec/text/known-entries.ts";
import type { RuleReport } from "./report.ts";

/** Known violations by rule id: the content of a file for `--known`. */
export interface KnownViolations {
  readonly [rule: string]: KnownViolation;
}

/** A violation that fails no run until it expires. */
export type KnownViolation = KnownEntry;

/** Describes a known violation: until when it is suppressed, and why. */
export function knownViolationText({ reason, expires, isExpired }: NonNullable<RuleReport["knownViolation"]>): string {
  return isExpired ? `expired on ${expires}: ${reason}` : `suppressed until ${expires}: ${reason}`;
}

/** Whether a rule has a violation that is suppressed today. */
export function isSuppressed({ verdict, knownViolation }: Pick<RuleReport, "verdict" | "knownViolation">): boolean {
  return knownViolation !== undefined && !knownViolation.isExpired && verdict !== "pass";
}

/**
 * Reads known violations: a JSON object from rule ids to `{"reason": "…", "expires": "2027-01-15"}`.
 * @param document whose rules may be named (default: the one of the package)
 * @throws RangeError that says what is wrong
 */
export function readKnownViolations(text: string, document: WidgetsDocument = publishedDocument): KnownViolations {
  return readKnownEntries(text, { kind: "rule", names: Object.keys(document["x-rules"]) });
}
