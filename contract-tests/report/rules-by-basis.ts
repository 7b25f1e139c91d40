import type { RuleReport } from "./report.ts";

/** Separates documented rules from assumed ones. */
export function rulesByBasis(rules: readonly RuleReport[]) {
  const isAssumed = ({ basis }: RuleReport) => basis === "assumed";
  return { documented: rules.filter((rule) => !isAssumed(rule)), assumed: rules.filter(isAssumed) };
}
