import type { PassStats, Report, RuleReport } from "./report.ts";
import { byBasis } from "./rules-by-basis.ts";

/** What a run came to, in a sentence. */
export function outcomeText({ rules, exit, stats }: Report): string {
  if (exit === 2 && stats.widgets === 0) return "Nothing could be judged.";
  const { documented, assumed } = byBasis(rules);
  const among = (some: readonly RuleReport[], ...verdicts: readonly RuleReport["verdict"][]) =>
    some.filter((rule) => verdicts.includes(rule.verdict)).length;
  const count = (...verdicts: readonly RuleReport["verdict"][]) => among(documented, ...verdicts);
  const unexpected = among(assumed, "warn", "fail");
  const known = rules.filter((rule) => rule.verdict !== "pass" && rule.known && !rule.known.isExpired).length;
  const [failed, warned, unjudged] = [count("fail"), count("warn"), count("not-observed", "inconclusive", "error")];
  return [
    `${failed === 0 ? "No rule is" : failed === 1 ? "1 rule is" : `${failed} rules are`} broken`,
    `${count("pass")} are kept`,
    ...(warned > 0 ? [`${warned} warned of`] : []),
    ...(unjudged > 0 ? [`${unjudged} without a verdict`] : []),
    ...(unexpected > 0 ? [`${unexpected} of the dialect otherwise than expected`] : []),
    ...(known > 0 ? [`${known} known of`] : []),
  ]
    .join(", ")
    .concat(".");
}

/** What a pass of a run was for. */
export const purposes: { readonly [purpose in PassStats["purpose"]]: string } = {
  look: "looking",
  confirm: "doing again what had failed",
  shrink: "looking for fewer steps",
};

/** What a run has cost, in a line. */
export function costText({ stats, seed, exit }: Report): string {
  const seconds = Math.round(stats.wallMs / 1000);
  return `${stats.calls} calls, ${stats.widgets} widgets, ${seconds} s, seed ${seed}, exit ${exit}.`;
}

/** Where the time of a run went; undefined where it was the target's, which the run moves, and not ours. */
export function timeText({ stats }: Report): string | undefined {
  const total = stats.passes.reduce((sum, { ms }) => sum + ms, 0);
  if (total < 10_000 || total > stats.wallMs + 1000) return undefined;
  const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;
  const passes = stats.passes.map(
    ({ purpose, ms, crawlMs }) => `${purposes[purpose]} ${seconds(ms)} (first crawls ${seconds(crawlMs)})`,
  );
  return `Where the time went: ${passes.join(", ")}.`;
}
