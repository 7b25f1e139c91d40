import type { Report, RuleReport, Verdict } from "./generated/report-types.ts";

export type * from "./generated/report-types.ts";

/** The version of the form of `report.json`: it grows when a member is renamed or goes. */
export const reportVersion = 1 satisfies Report["version"];

/** A rule with a violation. */
export type RuleWithReproduction = RuleReport & Required<Pick<RuleReport, "reproduction">>;

/** Whether a violation of a rule was found. */
export function hasReproduction(rule: RuleReport): rule is RuleWithReproduction {
  return rule.reproduction !== undefined;
}

const mostSevereFirst: readonly Verdict[] = ["fail", "error", "warn", "inconclusive", "note"];

/** Rules with a reproduction, the most severe verdicts first. */
export function rulesWithReproduction({ rules }: Report): RuleWithReproduction[] {
  return rules
    .filter((rule) => hasReproduction(rule))
    .sort((a, b) => mostSevereFirst.indexOf(a.verdict) - mostSevereFirst.indexOf(b.verdict));
}

/** Group of a rule: its id without the number. */
export function groupOf(id: string): string {
  return id.replace(/-\d+$/, "");
}

/** Path of a reproduction inside the folder of a report. */
export function replayFilePath(rule: string): string {
  return `replay/${rule}.json`;
}

/** Counts the rules that have one of some verdicts. */
export function countOf(rules: readonly RuleReport[], ...verdicts: readonly Verdict[]): number {
  return rules.filter(({ verdict }) => verdicts.includes(verdict)).length;
}

/** Whether a verdict says that a rule could not be judged. */
export function isWithoutVerdict(verdict: Verdict): boolean {
  return verdict === "not-observed" || verdict === "inconclusive" || verdict === "error";
}

/** Separates documented rules from assumed ones. */
export function rulesByBasis(rules: readonly RuleReport[]) {
  const isAssumed = ({ basis }: RuleReport) => basis === "assumed";
  return { documented: rules.filter((rule) => !isAssumed(rule)), assumed: rules.filter(isAssumed) };
}
