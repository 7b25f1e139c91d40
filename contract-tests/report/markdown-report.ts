import { cleanAdvice } from "./clean-advice.ts";
import { type Change, type Comparison, comparedReportName } from "./compare-reports.ts";
import { isSuppressed, knownViolationText } from "./known-violations.ts";
import { printableText } from "./printable-text.ts";
import {
  type Report,
  type RuleReport,
  type RuleWithReproduction,
  replayFilePath,
  rulesByBasis,
  rulesWithReproduction,
} from "./report.ts";
import type { ReportExtras } from "./report-files.ts";
import { rulesByReason } from "./rules-by-reason.ts";
import { costSummary, coverageSummary, notJudgedSummary, verdictSummary } from "./run-summary.ts";
import { reproducedText, responseText } from "./text/reproduction-text.ts";

/** Formats a report as Markdown for GitHub: violations, differences from another report, and every rule. */
export function markdownReport(report: Report, { comparison }: ReportExtras = {}): string {
  const { rules, target, stoppedEarly, leftovers, warnings = [] } = report;
  const notJudged = notJudgedSummary(report);
  const { documented, assumed } = rulesByBasis(rules);
  const withoutVerdict = rulesByReason(documented.filter(({ reason }) => reason !== undefined)).map(
    ({ ids, reason, option }) => `- ${ids}: ${safeText(reason)}${option === undefined ? "" : ` (${code(option)})`}`,
  );
  const widgets = leftovers.map(({ id, reason }) => `${code(id)} (${code(reason)})`).join(", ");
  return [
    `# Contract of ${code(target)}`,
    [
      ...(notJudged === undefined ? [] : [notJudged]),
      `**${verdictSummary(report)}**`,
      safeText(costSummary(report)),
      coverageSummary(report),
    ].join(" "),
    ...warnings.map((warning) => `**Warning:** ${safeText(warning)}.`),
    ...(stoppedEarly === undefined ? [] : [`The run stopped early: ${code(stoppedEarly)}.`]),
    ...(leftovers.length > 0 ? [`Widgets not deleted: ${widgets}. ${code(cleanAdvice(report))}`] : []),
    ...rulesWithReproduction(report).map((rule) => reproductionMarkdown(rule, report.seed)),
    ...(comparison ? [comparisonMarkdown(comparison)] : []),
    ...(withoutVerdict.length > 0 ? ["## Without a verdict", withoutVerdict.join("\n")] : []),
    details("All rules", documentedTable(documented)),
    details("Dialect: assumed rules", assumedTable(assumed)),
    "",
  ].join("\n\n");
}

function reproductionMarkdown(rule: RuleWithReproduction, seed: number): string {
  const { id, text, verdict, reproduction, knownViolation } = rule;
  const { message, commands, responses, expected } = reproduction;
  return [
    `## ${isSuppressed(rule) ? "Known" : verdict.toUpperCase()} ${id} ${text}`,
    [
      `- Found: ${code(message)}`,
      `- Expected: ${code(expected)}`,
      `- Reproduced: ${reproducedText(rule)}, seed ${seed}, ${code(`--replay ${replayFilePath(id)}`)}`,
      ...(knownViolation ? [`- Known: ${code(knownViolationText(knownViolation))}`] : []),
    ].join("\n"),
    codeBlock("sh", commands.join("\n")),
    details("Responses", codeBlock("", responses.map(responseText).join("\n"))),
  ].join("\n\n");
}

function comparisonMarkdown({ before, verdicts, dialect }: Comparison): string {
  const changes: readonly Change<string>[] = [...verdicts, ...dialect];
  const cell = (value: string | undefined) =>
    value === undefined ? "–" : printableText(value, 60).replaceAll(/[|<>`]/g, " ");
  const rows = changes.map(({ id, isWorse, ...change }) => {
    const after = cell(change.after);
    return [cell(id), cell(change.before), isWorse ? `**${after}**` : after];
  });
  const title = `## Compared with ${code(comparedReportName(before))}`;
  return [title, rows.length === 0 ? "No difference." : table(["Rule", "Before", "Now"], rows)].join("\n\n");
}

function documentedTable(rules: readonly RuleReport[]): string {
  const rows = rules.map(({ id, text, basis, source, verdict, observations }) => [
    ...[id, verdict, String(observations), text, basis],
    source === undefined ? "" : code(source),
  ]);
  return table(["Rule", "Verdict", "Observations", "Text", "Basis", "In the documentation"], rows);
}

function assumedTable(rules: readonly RuleReport[]): string {
  const rows = rules.map(({ id, text, verdict, findings }) => [
    id,
    verdict,
    text,
    safeText(findings[0]?.message ?? ""),
  ]);
  return table(["Rule", "Verdict", "Assumption", "Observed"], rows);
}

function table(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(headings), `|${"---|".repeat(headings.length)}`, ...rows.map(line)].join("\n");
}

function details(summary: string, markdown: string): string {
  return `<details><summary>${summary}</summary>\n\n${markdown}\n\n</details>`;
}

/** Writes plain words as they are, and anything else as code. */
function safeText(text: string): string {
  return /^[\w\s.,:;()'%-]*$/.test(text) ? text : code(text);
}

/** Writes any text as inline code. */
function code(text: string): string {
  const fence = "`".repeat(longestBacktickRun(text) + 1);
  const space = /^`|`$/.test(text) ? " " : "";
  return `${fence}${space}${text}${space}${fence}`;
}

function codeBlock(language: string, text: string): string {
  const fence = "`".repeat(Math.max(3, longestBacktickRun(text) + 1));
  return `${fence}${language}\n${text}\n${fence}`;
}

function longestBacktickRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
