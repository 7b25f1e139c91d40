import type { WidgetsDocument } from "../../spec/document.ts";
import { isJsonObject, type Json } from "../../spec/merge-patch.ts";
import { unknownName } from "../../spec/nearest.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import { parseJsonFile } from "./parse-json-file.ts";
import type { RuleReport } from "./report.ts";

/** Known violations by rule id: the content of a file for `--known`. */
export interface KnownViolations {
  readonly [rule: string]: KnownViolation;
}

/** A violation that fails no run until it expires. */
export interface KnownViolation {
  /** Why it is suppressed, such as a link to an issue. */
  readonly reason: string;
  /** Last day on which it is suppressed (UTC), such as 2027-01-15. */
  readonly expires: string;
}

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
  const json = parseJsonFile(text);
  if (!isJsonObject(json)) throw new RangeError('must be a JSON object from rule ids to {"reason", "expires"}');
  const rules = Object.keys(document["x-rules"]);
  return Object.fromEntries(
    Object.entries(json).map(([id, entry]) => {
      if (!rules.includes(id)) throw new RangeError(unknownName("rule", id, rules));
      return [id, checkEntry(id, entry)];
    }),
  );
}

function checkEntry(id: string, entry: Json): KnownViolation {
  const { reason, expires, ...others } = isJsonObject(entry) ? entry : {};
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw new RangeError(unknownName(`property of ${id}`, unknown, ["reason", "expires"]));
  if (typeof reason !== "string" || reason.trim() === "") throw new RangeError(`${id}: missing "reason"`);
  if (typeof expires !== "string" || !isDate(expires)) {
    throw new RangeError(`${id}: "expires" must be a date such as "2027-01-15", got ${JSON.stringify(expires)}`);
  }
  return { reason, expires };
}

function isDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}
