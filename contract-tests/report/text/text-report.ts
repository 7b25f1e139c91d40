import { printableText } from "../../../spec/text/printable-text.ts";
import { groupBy } from "../../history/group-by.ts";
import type { Verdict } from "../../judge/judge.ts";
import { cleanAdvice } from "../clean-advice.ts";
import { type Change, type Comparison, comparedReportName } from "../compare-reports.ts";
import { fixedViolations } from "../exit-policy.ts";
import { isSuppressed } from "../known-violations.ts";
import { countOf, groupOf, type Report, type RuleReport, rulesByBasis, rulesWithReproduction } from "../report.ts";
import type { ReportExtras, ReportSection } from "../report-files.ts";
import { reasonText, rulesByReason } from "../rules-by-reason.ts";
import { costSummary, coverageSummary, notJudgedSummary, timeSummary } from "../run-summary.ts";
import { markedLabel, type Paint, verdictStyles } from "./paint.ts";
import { reproductionText } from "./reproduction-text.ts";
import { tableLines } from "./table-lines.ts";

/** How a report is shown. */
export interface TextOptions extends ReportExtras {
  readonly paint?: Paint;
  /** Columns of the terminal (default 100). */
  readonly width?: number | undefined;
  /** Folder of the report's files. */
  readonly folder?: string;
}

/** Most rows of a table that are listed. */
const maxRows = 20;
/** Most leftovers that are listed. */
const maxLeftovers = 5;

/** Formats a report for a terminal: rules by group, dialect, violations, rules without a verdict, and the sum. */
export function textReport(report: Report, options: TextOptions = {}): string {
  const { paint = (_, text) => text, comparison, sections = [], width = 100 } = options;
  const { documented, assumed } = rulesByBasis(report.rules);
  const violations = rulesWithReproduction(report).map((rule) => reproductionText(rule, report.seed, options));
  const howTo = "Violations, as commands for a shell with curl and jq. The API key comes from WIDGETS_API_KEY.";
  const [time, notJudged] = [timeSummary(report), notJudgedSummary(report)];
  return [
    ...(report.warnings ?? []).map((warning) => paint("red", `WARNING: ${warning}.`)),
    ...(documented.length > 0 ? [groupLines(documented, paint)] : []),
    ...(assumed.length > 0 ? [dialectText(assumed, paint)] : []),
    ...(violations.length > 0 ? [paint("dim", howTo), ...violations] : []),
    ...(comparison ? [comparisonText(comparison, paint)] : []),
    ...sections.map((section) => sectionText(section, paint, width)),
    ...reasonSections(documented, paint),
    ...incompleteRunText(report, paint),
    ...fixedViolationsText(report),
    ...(time === undefined ? [] : [paint("dim", time)]),
    paint("dim", coverageSummary(report)),
    ...(notJudged === undefined ? [] : [paint("yellow", notJudged)]),
    `${documented.length > 0 ? "Documented" : "Assumed"} rules: ${verdictCounts(documented.length > 0 ? documented : assumed, paint)}. ${costSummary(report)}`,
  ].join("\n\n");
}

/** Lists the rules, one line per group. */
function groupLines(rules: readonly RuleReport[], paint: Paint): string {
  const groups = groupBy(rules, ({ id }) => groupOf(id));
  const width = Math.max(...[...groups.keys()].map(({ length }) => length)) + 2;
  return [...groups]
    .map(([group, own]) => {
      const labels = own.map((rule) => markedLabel(rule.id.slice(group.length + 1), rule, paint));
      return `${group.padEnd(width)}${labels.join(" ")}`;
    })
    .join("\n");
}

/** Formats the dialect of a server: how much of it is as assumed, and for each deviation the assumption beside it. */
function dialectText(assumed: readonly RuleReport[], paint: Paint): string {
  const counts = [
    `${countOf(assumed, "pass")} as assumed`,
    `${countOf(assumed, "note", "warn", "fail")} different`,
    `${countOf(assumed, "not-observed")} not observed`,
  ];
  const lines = assumed
    .filter(({ findings }) => findings.length > 0)
    .map(({ id, text, verdict, findings }) => {
      const word = verdict === "note" ? "" : `${verdict.toUpperCase()} `;
      const label = paint(verdictStyles[verdict].colour, `${word}${id.padEnd(12 - word.length)}`);
      return `  ${label} ${findings[0]?.message}\n${" ".repeat(15)}${paint("dim", `assumed: ${text}`)}`;
    });
  return [`Dialect (assumed rules): ${counts.join(", ")}.`, ...lines].join("\n");
}

/** Formats the differences between two reports, one line per rule. */
function comparisonText({ before, verdicts, dialect }: Comparison, paint: Paint): string {
  const changes: readonly Change<string>[] = [...verdicts, ...dialect];
  const lines = changes.length === 0 ? ["  no difference"] : changes.map((change) => changeText(change, paint));
  return [paint("bold", `Compared with ${comparedReportName(before)}`), ...lines].join("\n");
}

function changeText({ id, before, after, isWorse }: Change<string>, paint: Paint): string {
  const change = `${printableText(before ?? "nothing", 60)} -> ${printableText(after ?? "nothing", 60)}`;
  return `  ${printableText(id, 40).padEnd(12)} ${isWorse ? paint("red", change) : change}`;
}

/** Lists the rules without a verdict, one line per reason. */
function reasonSections(rules: readonly RuleReport[], paint: Paint): string[] {
  const titles = [
    ["not-observed", "Not observed"],
    ["inconclusive", "Inconclusive"],
    ["error", "Error"],
  ] as const;
  return titles.flatMap(([verdict, title]) => {
    const lines = rulesByReason(rules.filter((rule) => rule.verdict === verdict)).map(
      ({ ids, ...reason }) => `  ${ids}: ${reasonText(reason)}`,
    );
    return lines.length === 0 ? [] : [[paint(verdictStyles[verdict].colour, title), ...lines].join("\n")];
  });
}

/** Lists the rows of a table, whose long cells are broken into several lines. */
function sectionText({ title, text, rows }: ReportSection, paint: Paint, width: number): string {
  const shown = rows.slice(0, maxRows);
  const lines = tableLines(shown, width);
  const more = rows.length > shown.length ? [`  and ${rows.length - shown.length} more`] : [];
  return [`${paint("bold", title)}. ${text}`, ...lines, ...more].join("\n");
}

/** States that a run stopped early, or could not delete all its widgets. */
function incompleteRunText(report: Report, paint: Paint): string[] {
  const { stoppedEarly, leftovers, notes = [] } = report;
  const stopped = stoppedEarly === undefined ? [] : [paint("red", `The run stopped early: ${stoppedEarly}.`)];
  const before = [...notes.map((note) => paint("dim", `Note: ${note}.`)), ...stopped];
  if (leftovers.length === 0) return before;
  const title = `${leftovers.length} widgets of this run may still be there. ${cleanAdvice(report)}`;
  const lines = leftovers.slice(0, maxLeftovers).map(({ id, name, reason }) => `  ${id} ${name}: ${reason}`);
  const more = leftovers.length - lines.length;
  const told = [paint("red", title), ...lines, ...(more > 0 ? [`  and ${more} more`] : [])];
  return [...before, told.join("\n"), ...unwrittenLedger(report)];
}

/** The lines of a ledger that could not be written, to be saved by hand. */
function unwrittenLedger({ ledger, leftovers }: Report): string[] {
  if (ledger?.problem === undefined) return [];
  const lines = leftovers.map(({ id, name, caller }) =>
    JSON.stringify(id === "" ? { intend: name } : { made: name, id, caller }),
  );
  return [
    [
      `The ledger could not be written (${printableText(ledger.problem)}). Save these lines for --clean:`,
      ...lines,
    ].join("\n"),
  ];
}

function fixedViolationsText(report: Report): string[] {
  const ids = fixedViolations(report);
  return ids.length === 0 ? [] : [`Listed as known violations, but they pass: ${ids.join(", ")}. Remove them.`];
}

function verdictCounts(rules: readonly RuleReport[], paint: Paint): string {
  const order: readonly Verdict[] = ["pass", "fail", "warn", "note", "inconclusive", "not-observed", "error"];
  return order
    .flatMap((verdict) => {
      const own = rules.filter((rule) => rule.verdict === verdict);
      const suppressed = own.filter(isSuppressed).length;
      const known = suppressed > 0 ? ` (${suppressed} known)` : "";
      return own.length === 0 ? [] : [paint(verdictStyles[verdict].colour, `${own.length} ${verdict}${known}`)];
    })
    .join(", ");
}
