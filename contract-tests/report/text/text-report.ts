import type { Verdict } from "../../judge/judge.ts";
import type { Comparison } from "../compare-reports.ts";
import { needlesslyKnown } from "../exit-policy.ts";
import { groupOf, type Report, type RuleReport, told } from "../report.ts";
import { byBasis } from "../rules-by-basis.ts";
import { byReason } from "../rules-by-reason.ts";
import { costText, timeText } from "../run-summary.ts";
import { comparisonText } from "./comparison-text.ts";
import { dialectText } from "./dialect-text.ts";
import { colours, mark, type Paint } from "./paint.ts";
import { storyText } from "./reproduction-text.ts";

/** How a report is shown. */
export interface TextOptions {
  readonly paint?: Paint;
  /** Where the files of the report are. */
  readonly folder?: string;
  readonly comparison?: Comparison | undefined;
}

/**
 * A report for reading: a line for each group of documented rules, the dialect, every finding as a story, why some were not
 * judged, the sum.
 */
export function textReport(report: Report, options: TextOptions = {}): string {
  const { paint = (_, text) => text, folder, comparison } = options;
  const stories = told(report).map((rule) => storyText(rule, { paint, seed: report.seed, folder }));
  const how = "What was found, as lines for a shell with curl and jq; the key is taken from WIDGETS_API_KEY.";
  const { documented, assumed } = byBasis(report.rules);
  const time = timeText(report);
  return [
    ...(documented.length > 0 ? [groupsText(documented, paint)] : []),
    ...(assumed.length > 0 ? [dialectText(assumed, paint)] : []),
    ...(stories.length > 0 ? [paint("dim", how)] : []),
    ...stories,
    ...(comparison ? [comparisonText(comparison, paint)] : []),
    ...reasonsText(documented, paint),
    ...unfinished(report, paint),
    ...needless(report),
    ...(time === undefined ? [] : [paint("dim", time)]),
    sum({ ...report, rules: documented.length > 0 ? documented : assumed }, paint),
  ].join("\n\n");
}

/** A line for each group of rules. */
function groupsText(rules: readonly RuleReport[], paint: Paint): string {
  const names = [...new Set(rules.map(({ id }) => groupOf(id)))];
  const width = Math.max(...names.map(({ length }) => length)) + 2;
  return names
    .map((name) => {
      const shown = rules
        .filter(({ id }) => groupOf(id) === name)
        .map((rule) => mark(rule, rule.id.slice(name.length + 1), paint));
      return `${name.padEnd(width)}${shown.join(" ")}`;
    })
    .join("\n");
}

/** What was not judged, a line a reason. */
function reasonsText(rules: readonly RuleReport[], paint: Paint): string[] {
  const kinds = [
    ["not-observed", "Not observed"],
    ["inconclusive", "Inconclusive"],
    ["error", "Error"],
  ] as const;
  return kinds.flatMap(([verdict, title]) => {
    const lines = byReason(rules.filter((rule) => rule.verdict === verdict)).map(
      ({ ids, reason, option }) => `  ${ids}: ${reason}${option === undefined ? "" : ` (${option})`}`,
    );
    return lines.length === 0 ? [] : [[paint(colours[verdict], title), ...lines].join("\n")];
  });
}

/** What went wrong with the run itself: it ended early, or could not delete all that it made. */
function unfinished({ cutShort, left }: Report, paint: Paint): string[] {
  const why = cutShort === undefined ? [] : [paint("red", `The run ended before everything was done: ${cutShort}.`)];
  if (left.length === 0) return why;
  const shown = left.slice(0, 5).map(({ id, name, why: answer }) => `  ${id} ${name}: ${answer}`);
  const more = left.length > shown.length ? [`  and ${left.length - shown.length} more, in report.json`] : [];
  const how = "Delete them with --clean and the ledger.jsonl of --report.";
  return [
    ...why,
    [paint("red", `${left.length} widgets of this run may still be there. ${how}`), ...shown, ...more].join("\n"),
  ];
}

/** What a list of known breaches has too much. */
function needless(report: Report): string[] {
  const kept = needlesslyKnown(report).map(({ id }) => id);
  return kept.length === 0 ? [] : [`Known to be broken, and kept: ${kept.join(", ")}. Take them off the list.`];
}

function sum(report: Report, paint: Paint): string {
  const order: readonly Verdict[] = ["pass", "fail", "warn", "note", "inconclusive", "not-observed", "error"];
  const counts = order.flatMap((verdict) => {
    const all = report.rules.filter((one) => one.verdict === verdict);
    const known = verdict === "pass" ? 0 : all.filter((one) => one.known && !one.known.isExpired).length;
    const aside = known > 0 ? ` (${known} known)` : "";
    return all.length === 0 ? [] : [paint(colours[verdict], `${all.length} ${verdict}${aside}`)];
  });
  return `${counts.join(", ")}. ${costText(report)}`;
}
