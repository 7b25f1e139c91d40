import { groupBy } from "../history/group-by.ts";
import { isSuppressed } from "./known-violations.ts";
import { countOf, isWithoutVerdict, type PassStats, type Report, rulesByBasis } from "./report.ts";

/** Summarizes the verdicts of a run in one sentence. */
export function verdictSummary({ rules, exitCode, stats }: Report): string {
  if (exitCode === 2 && stats.widgets === 0) return "Nothing could be checked.";
  const { documented, assumed } = rulesByBasis(rules);
  const broken = countOf(documented, "fail");
  const others: readonly (readonly [number, string])[] = [
    [countOf(documented, "warn"), "warn"],
    [countOf(assumed, "warn", "fail"), "not as the expected dialect"],
    [rules.filter(isSuppressed).length, "suppressed as known"],
  ];
  return [
    `${broken === 0 ? "No rule is" : broken === 1 ? "1 rule is" : `${broken} rules are`} broken`,
    `${countOf(documented, "pass")} of ${documented.length} documented rules pass`,
    ...others.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`),
  ]
    .join(", ")
    .concat(".");
}

/**
 * States how many documented rules have no verdict, and which options would change that; undefined if all have one that
 * any run can check.
 */
export function notJudgedSummary({ rules }: Report): string | undefined {
  const { documented } = rulesByBasis(rules);
  const notJudged = documented.filter(({ verdict, level }) => isWithoutVerdict(verdict) && level !== "never");
  if (notJudged.length === 0) return undefined;
  const byOption = [...groupBy(notJudged, ({ option = "" }) => option)].sort(([, a], [, b]) => b.length - a.length);
  const counts = byOption.map(([option, own]) =>
    option === "" ? `${own.length} for other reasons` : `${own.length} would need ${option}`,
  );
  const never = countOf(
    documented.filter(({ level }) => level === "never"),
    "not-observed",
  );
  if (never > 0) counts.push(`${never} can be checked by no run`);
  return `Not judged: ${notJudged.length + never} of ${documented.length} documented rules: ${counts.join(", ")}.`;
}

/** Names of the passes of a run. */
export const passNames: { readonly [purpose in PassStats["purpose"]]: string } = {
  explore: "exploring",
  reproduce: "reproducing",
  shrink: "shrinking",
};

/** States the cost of a run in one line, and the version of the server if it was given. */
export function costSummary({ stats, seed, exitCode, targetVersion }: Report): string {
  const seconds = Math.round(stats.durationMs / 1000);
  const version = targetVersion === undefined ? "" : `, version ${targetVersion}`;
  return `${stats.requests} requests, ${stats.widgets} widgets, ${seconds} s, seed ${seed}, exit code ${exitCode}${version}.`;
}

/** States how many operations were done one after the other, and how much at random. */
export function coverageSummary({ stats: { coverage } }: Report): string {
  const { randomSteps, plannedRandomSteps, pairs, possiblePairs, triples, possibleTriples } = coverage;
  const cut = randomSteps < plannedRandomSteps ? ` of ${plannedRandomSteps}, as there was no time for more` : "";
  return `Covered: ${pairs} of ${possiblePairs} pairs and ${triples} of ${possibleTriples} triples of operations; ${randomSteps} random steps${cut}.`;
}

/** States where the time of a run went; undefined for a short run, and for one that moved the server's clock. */
export function timeSummary({ stats }: Report): string | undefined {
  const totalMs = stats.passes.reduce((sum, { durationMs }) => sum + durationMs, 0);
  if (totalMs < 10_000 || totalMs > stats.durationMs + 1000) return undefined;
  const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;
  const passes = stats.passes.map(
    ({ purpose, durationMs, firstCrawlMs }) =>
      `${passNames[purpose]} ${seconds(durationMs)} (first crawls ${seconds(firstCrawlMs)})`,
  );
  return `Time: ${passes.join(", ")}.`;
}
