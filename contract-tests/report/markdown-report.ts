import { codeBlock, collapsed, inlineCode, pipeTable, plainOrCode } from "../../spec/text/markdown.ts";
import { printableText } from "../../spec/text/printable-text.ts";
import { cleanAdvice } from "./clean-advice.ts";
import { type Change, type Comparison, comparedReportName } from "./compare-reports.ts";
import { isSuppressed, knownViolationText } from "./known-violations.ts";
import {
  type Report,
  type RuleReport,
  type RuleWithReproduction,
  replayFilePath,
  rulesByBasis,
  rulesWithReproduction,
} from "./report.ts";
import type { ReportExtras, ReportSection } from "./report-files.ts";
import { rulesByReason } from "./rules-by-reason.ts";
import { costSummary, coverageSummary, notJudgedSummary, verdictSummary } from "./run-summary.ts";
import { reproducedText, responseText } from "./text/reproduction-text.ts";

/** Formats a report as Markdown for GitHub: violations, differences from another report, and every rule. */
export function markdownReport(report: Report, { comparison, sections = [] }: ReportExtras = {}): string {
  const { rules, target, stoppedEarly, leftovers, warnings = [] } = report;
  const notJudged = notJudgedSummary(report);
  const { documented, assumed } = rulesByBasis(rules);
  const withoutVerdict = rulesByReason(documented.filter(({ reason }) => reason !== undefined)).map(
    ({ ids, reason, option }) =>
      `- ${ids}: ${plainOrCode(reason)}${option === undefined ? "" : ` (${inlineCode(option)})`}`,
  );
  const widgets = leftovers.map(({ id, reason }) => `${inlineCode(id)} (${inlineCode(reason)})`).join(", ");
  return [
    `# Contract of ${inlineCode(target)}`,
    [
      ...(notJudged === undefined ? [] : [notJudged]),
      `**${verdictSummary(report)}**`,
      plainOrCode(costSummary(report)),
      coverageSummary(report),
    ].join(" "),
    ...warnings.map((warning) => `**Warning:** ${plainOrCode(warning)}.`),
    ...(stoppedEarly === undefined ? [] : [`The run stopped early: ${inlineCode(stoppedEarly)}.`]),
    ...(leftovers.length > 0 ? [`Widgets not deleted: ${widgets}. ${inlineCode(cleanAdvice(report))}`] : []),
    ...rulesWithReproduction(report).map((rule) => reproductionMarkdown(rule, report.seed)),
    ...(comparison ? [comparisonMarkdown(comparison)] : []),
    ...sections.map(sectionMarkdown),
    ...(withoutVerdict.length > 0 ? ["## Without a verdict", withoutVerdict.join("\n")] : []),
    collapsed("All rules", documentedTable(documented)),
    collapsed("Dialect: assumed rules", assumedTable(assumed)),
    "",
  ].join("\n\n");
}

function reproductionMarkdown(rule: RuleWithReproduction, seed: number): string {
  const { id, text, verdict, reproduction, knownViolation } = rule;
  const { message, commands, responses, expected, scripts } = reproduction;
  return [
    `## ${isSuppressed(rule) ? "Known" : verdict.toUpperCase()} ${id} ${text}`,
    [
      `- Found: ${inlineCode(message)}`,
      `- Expected: ${inlineCode(expected)}`,
      ...(scripts.length === 0
        ? []
        : [`- Reproduced: ${reproducedText(rule)}, seed ${seed}, ${inlineCode(`--replay ${replayFilePath(id)}`)}`]),
      ...(knownViolation ? [`- Known: ${inlineCode(knownViolationText(knownViolation))}`] : []),
    ].join("\n"),
    codeBlock("sh", commands.join("\n")),
    collapsed("Responses", codeBlock("", responses.map(responseText).join("\n"))),
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
  const title = `## Compared with ${inlineCode(comparedReportName(before))}`;
  return [title, rows.length === 0 ? "No difference." : pipeTable(["Rule", "Before", "Now"], rows)].join("\n\n");
}

function sectionMarkdown({ title, text, columns, rows }: ReportSection): string {
  const cells = rows.map((row) => row.map(plainOrCode));
  return [`## ${title}`, text, ...(rows.length === 0 ? [] : [pipeTable(columns, cells)])].join("\n\n");
}

function documentedTable(rules: readonly RuleReport[]): string {
  const rows = rules.map(({ id, text, basis, source, verdict, observations }) => [
    ...[id, verdict, String(observations), text, basis],
    source === undefined ? "" : inlineCode(source),
  ]);
  return pipeTable(["Rule", "Verdict", "Observations", "Text", "Basis", "In the documentation"], rows);
}

function assumedTable(rules: readonly RuleReport[]): string {
  const rows = rules.map(({ id, text, verdict, findings }) => [
    id,
    verdict,
    text,
    plainOrCode(findings[0]?.message ?? ""),
  ]);
  return pipeTable(["Rule", "Verdict", "Assumption", "Observed"], rows);
}
