import type { RuleReport } from "./report.ts";

/** The rules that the documentation has, and those that are only assumed. */
export function byBasis(rules: readonly RuleReport[]) {
  const isAssumed = ({ basis }: RuleReport) => basis === "assumed";
  return { documented: rules.filter((rule) => !isAssumed(rule)), assumed: rules.filter(isAssumed) };
}
