import { type Known, type KnownRules, knownOn } from "./known.ts";
import type { Exit, Report, RuleReport } from "./report.ts";

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

/** A report as a policy sees it: what is known of is marked, and its exit is what then counts. */
export function withPolicy(report: Report, policy: ExitPolicy = {}): Report {
  const { known = {}, today = new Date().toISOString().slice(0, 10) } = policy;
  const rules = report.rules.map(({ known: _, ...rule }): RuleReport => {
    const entry = known[rule.id];
    return entry ? { ...rule, known: knownOn(today, entry) } : rule;
  });
  const marked = { ...report, rules };
  return { ...marked, exit: exitBy(marked, policy) };
}

/**
 * What a run ends with: 2 where nothing could be judged; else 1 where a rule is broken, or something else counts that a
 * policy names; else 2 where something else than the implementation went wrong; else 0.
 */
export function exitOf(report: Report, policy: ExitPolicy = {}): Exit {
  return withPolicy(report, policy).exit;
}

function exitBy({ rules, cutShort }: Report, { failOn = "fail", failOnNotObserved = false }: ExitPolicy): Exit {
  if (rules.every(({ verdict }) => verdict === "not-observed" || verdict === "error")) return 2;
  const counted = rules.filter(({ known }) => known === undefined || known.isExpired);
  const isBroken = counted.some(
    ({ verdict, level }) =>
      verdict === "fail" ||
      (failOn === "warn" && verdict === "warn") ||
      (failOnNotObserved && level !== "never" && (verdict === "not-observed" || verdict === "inconclusive")),
  );
  if (isBroken) return 1;
  return cutShort !== undefined || counted.some(({ verdict }) => verdict === "error") ? 2 : 0;
}

/** Rules that are known to be broken, and are not. */
export function needlesslyKnown({ rules }: Report): (RuleReport & { readonly known: Known })[] {
  return rules.flatMap((rule) => (rule.known && rule.verdict === "pass" ? [{ ...rule, known: rule.known }] : []));
}
