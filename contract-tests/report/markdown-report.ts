import type { Change, Comparison } from "./compare-reports.ts";
import { knownText } from "./known-violations.ts";
import { printable } from "./printable-text.ts";
import { replayFile } from "./replay-file.ts";
import { type Report, type RuleReport, told } from "./report.ts";
import { byBasis } from "./rules-by-basis.ts";
import { byReason } from "./rules-by-reason.ts";
import { costText, outcomeText } from "./run-summary.ts";
import { comparedWith } from "./text/comparison-text.ts";

/** A report as GitHub's Markdown: what was found, how it differs from another report, what was not judged, and every rule. */
export function markdownReport(
  report: Report,
  { comparison }: { readonly comparison?: Comparison | undefined } = {},
): string {
  const { rules, target, cutShort, left } = report;
  const stories = told(report);
  const { documented, assumed } = byBasis(rules);
  const unjudged = byReason(documented.filter(({ reason }) => reason !== undefined)).map(
    ({ ids, reason, option }) => `- ${ids}: ${plain(reason)}${option === undefined ? "" : ` (${code(option)})`}`,
  );
  return [
    `# The contract of ${code(target)}`,
    `**${outcomeText(report)}** ${costText(report)}`,
    ...(cutShort === undefined ? [] : [`The run ended early: ${code(cutShort)}.`]),
    ...(left.length > 0 ? [`Left behind: ${left.map(({ id, why }) => `${code(id)} (${code(why)})`).join(", ")}.`] : []),
    ...stories.map((rule) => storyMarkdown(rule, report.seed)),
    ...(comparison ? [comparisonMarkdown(comparison)] : []),
    ...(unjudged.length > 0 ? ["## Without a verdict", unjudged.join("\n")] : []),
    `<details><summary>Every rule</summary>\n\n${table(documented)}\n\n</details>`,
    `<details><summary>What is only assumed</summary>\n\n${assumedTable(assumed)}\n\n</details>`,
    "",
  ].join("\n\n");
}

function storyMarkdown({ id, says, verdict, confirmed, story, known }: RuleReport, seed: number): string {
  if (!story) return "";
  const { shell, answers, right } = story;
  const again = [
    ...(confirmed ? [`${confirmed.times} of ${confirmed.of}`] : []),
    `seed ${seed}`,
    code(`--replay ${replayFile(id)}`),
  ];
  const back = answers.map(({ call, status, shows }) =>
    [call, status, shows].filter((part) => part !== undefined).join(" "),
  );
  return [
    `## ${verdict.toUpperCase()} ${id} ${says}`,
    [
      `- Seen: ${code(story.says)}`,
      ...(right === says ? [] : [`- Right: ${code(right)}`]),
      `- Again: ${again.join(", ")}`,
      ...(known ? [`- Known ${code(knownText(known))}`] : []),
    ].join("\n"),
    fenced("sh", shell.join("\n")),
    `<details><summary>What came back</summary>\n\n${fenced("", back.join("\n"))}\n\n</details>`,
  ].join("\n\n");
}

function comparisonMarkdown({ before, verdicts, dialect }: Comparison): string {
  const changes: readonly Change<string>[] = [...verdicts, ...dialect];
  const shown = (value: string | undefined) =>
    value === undefined ? "–" : printable(value, 60).replaceAll(/[|<>`]/g, " ");
  const rows = changes.map(
    ({ id, before, after, isWorse }) =>
      `| ${shown(id)} | ${shown(before)} | ${isWorse ? `**${shown(after)}**` : shown(after)} |`,
  );
  const title = `## Compared with ${code(comparedWith(before))}`;
  return rows.length === 0
    ? `${title}\n\nNo difference.`
    : [`${title}\n`, "| Rule | Before | Now |", "|---|---|---|", ...rows].join("\n");
}

function table(rules: readonly RuleReport[]): string {
  const rows = rules.map(
    ({ id, says, verdict, observed }) => `| ${id} | ${verdict} | ${observed} | ${says.replaceAll("|", "\\|")} |`,
  );
  return ["| Rule | Verdict | Observed | Says |", "|---|---|---|---|", ...rows].join("\n");
}

function assumedTable(rules: readonly RuleReport[]): string {
  const cell = (text: string) => text.replaceAll("|", "\\|");
  const rows = rules.map(
    ({ id, says, verdict, findings }) => `| ${id} | ${verdict} | ${cell(says)} | ${cell(findings[0]?.says ?? "")} |`,
  );
  return ["| Rule | Verdict | We assume | Seen |", "|---|---|---|---|", ...rows].join("\n");
}

/** Words as they are, and anything else as code. */
function plain(text: string): string {
  return /^[\w\s.,:;()'%-]*$/.test(text) ? text : code(text);
}

/** Text that is shown as it is, whatever it holds. */
function code(text: string): string {
  const fence = "`".repeat(longestRun(text) + 1);
  const space = /^`|`$/.test(text) ? " " : "";
  return `${fence}${space}${text}${space}${fence}`;
}

function fenced(language: string, text: string): string {
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
