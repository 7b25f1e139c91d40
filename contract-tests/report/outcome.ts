import type { Report, RuleReport } from "./report.ts";

/** What a run came to, in a sentence. */
export function outcomeText({ rules, exit, stats }: Report): string {
  if (exit === 2 && stats.widgets === 0) return "Nothing could be judged.";
  const count = (...verdicts: readonly RuleReport["verdict"][]) =>
    rules.filter((rule) => verdicts.includes(rule.verdict)).length;
  const known = rules.filter((rule) => rule.verdict !== "pass" && rule.known && !rule.known.isExpired).length;
  const [failed, warned, unjudged] = [count("fail"), count("warn"), count("not-observed", "inconclusive", "error")];
  return [
    `${failed === 0 ? "No rule is" : failed === 1 ? "1 rule is" : `${failed} rules are`} broken`,
    `${count("pass")} are kept`,
    ...(warned > 0 ? [`${warned} warned of`] : []),
    ...(unjudged > 0 ? [`${unjudged} without a verdict`] : []),
    ...(known > 0 ? [`${known} known of`] : []),
  ]
    .join(", ")
    .concat(".");
}

/** What a run has cost, in a line. */
export function costText({ stats, seed, exit }: Report): string {
  const seconds = Math.round(stats.wallMs / 1000);
  return `${stats.calls} calls, ${stats.widgets} widgets, ${seconds} s, seed ${seed}, exit ${exit}.`;
}
