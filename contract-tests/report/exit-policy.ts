import { type Known, type KnownRules, knownOn } from "./known-violations.ts";
import type { Exit, Report, RuleReport } from "./report.ts";
import { byBasis } from "./rules-by-basis.ts";

/** What counts in the exit of a report. */
export interface ExitPolicy {
  /** The least grave verdict that counts; `fail` where it is left out. */
  readonly failOn?: "fail" | "warn";
  /** Whether rules without a verdict count, those aside that no run can judge. */
  readonly failOnNotObserved?: boolean;
  /** Breaches that somebody knows of. */
  readonly known?: KnownRules;
  /** The day by which it is told what of that has expired, as in 2026-09-01; today in UTC where it is left out. */
  readonly today?: string;
}

/** A report as a policy sees it: what counts and what is known of is marked, and its exit is what comes of that. */
export function withPolicy(report: Report, policy: ExitPolicy = {}): Report {
  const { known = {}, today = new Date().toISOString().slice(0, 10) } = policy;
  const rules = report.rules.map(({ known: _, counts: __, ...rule }): RuleReport => {
    const entry = known[rule.id];
    const isKnown = entry && knownOn(today, entry);
    const counts = !(isKnown && !isKnown.isExpired) && isCounted(rule, policy);
    return { ...rule, ...(counts ? { counts } : {}), ...(isKnown ? { known: isKnown } : {}) };
  });
  return { ...report, rules, exit: exitBy({ ...report, rules }) };
}

/**
 * What a run ends with: 2 where nothing could be judged; else 1 where a rule is broken, or something else counts that a
 * policy names; else 2 where something else than the implementation went wrong; else 0.
 */
export function exitOf(report: Report, policy: ExitPolicy = {}): Exit {
  return withPolicy(report, policy).exit;
}

/** Whether a rule's verdict is one by which a run fails. */
function isCounted(
  { verdict, level, basis }: RuleReport,
  { failOn = "fail", failOnNotObserved = false }: ExitPolicy,
): boolean {
  if (verdict === "warn") return failOn === "warn";
  if (verdict === "not-observed" || verdict === "inconclusive") {
    return failOnNotObserved && level !== "never" && basis !== "assumed";
  }
  return verdict === "fail";
}

function exitBy({ rules, cutShort }: Report): Exit {
  // Where only what is assumed was to be judged, that is what was judged.
  const { documented, assumed } = byBasis(rules);
  const judged = documented.length > 0 ? documented : assumed;
  if (judged.every(({ verdict }) => verdict === "not-observed" || verdict === "error")) return 2;
  if (rules.some(({ counts }) => counts)) return 1;
  const hasError = rules.some(({ verdict, known }) => verdict === "error" && (!known || known.isExpired));
  return cutShort !== undefined || hasError ? 2 : 0;
}

/** Rules that are known to be broken, and are not. */
export function needlesslyKnown({ rules }: Report): (RuleReport & { readonly known: Known })[] {
  return rules.flatMap((rule) => (rule.known && rule.verdict === "pass" ? [{ ...rule, known: rule.known }] : []));
}
