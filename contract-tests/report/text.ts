import type { Verdict } from "../judge/judge.ts";
import { byReason } from "./by-reason.ts";
import { groupOf, type Report, type RuleReport } from "./report.ts";

/** How a verdict is painted; a terminal's colours, or nothing. */
export type Paint = (colour: "green" | "red" | "yellow" | "dim" | "bold", text: string) => string;

const colours: { readonly [verdict in Verdict]: Parameters<Paint>[0] } = {
  pass: "green",
  fail: "red",
  warn: "yellow",
  note: "dim",
  "not-observed": "dim",
  inconclusive: "yellow",
  error: "red",
};

/** The calls of a story that are shown; a longer one is cut in the middle. */
const mostCalls = 12;

/** A report for reading: a line for each group of rules, every finding as a story, why some were not judged, the sum. */
export function textReport(report: Report, paint: Paint): string {
  const stories = report.rules.filter(({ story }) => story).map((rule) => storyText(rule, paint));
  const reasons = reasonsText(report.rules, paint);
  return [groups(report.rules, paint), ...stories, ...reasons, sum(report, paint)].join("\n\n");
}

function groups(rules: readonly RuleReport[], paint: Paint): string {
  const names = [...new Set(rules.map(({ id }) => groupOf(id)))];
  const width = Math.max(...names.map(({ length }) => length)) + 2;
  return names
    .map((name) => {
      const shown = rules
        .filter(({ id }) => groupOf(id) === name)
        .map(({ id, verdict }) => paint(colours[verdict], `${id.slice(name.length + 1)}${marks[verdict]}`));
      return `${name.padEnd(width)}${shown.join(" ")}`;
    })
    .join("\n");
}

const marks: { readonly [verdict in Verdict]: string } = {
  pass: " ok",
  fail: " FAIL",
  warn: " WARN",
  note: " note",
  "not-observed": " -",
  inconclusive: " ?",
  error: " ERROR",
};

function storyText({ id, says, verdict, findings, confirmed, story }: RuleReport, paint: Paint): string {
  const calls = story?.calls ?? [];
  const shown = calls.length <= mostCalls ? calls : [...calls.slice(0, 3), ...calls.slice(3 - mostCalls)];
  const lines = shown.map(({ shell, answer }) => `  ${shell}\n    ${paint("dim", `# ${answer}`)}`);
  const more = findings.length > 1 ? ` Seen ${findings.length} times.` : "";
  const again = confirmed ? ` Again in ${confirmed.times} of ${confirmed.of}.` : "";
  return [
    `${paint(colours[verdict], verdict.toUpperCase())} ${paint("bold", id)} ${says}`,
    `  ${story?.says}${paint("dim", `${more}${again}`)}`,
    ...lines,
  ].join("\n");
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
      ({ ids, reason, option }) => `  ${ids.join(" ")}: ${reason}${option === undefined ? "" : ` (${option})`}`,
    );
    return lines.length === 0 ? [] : [[paint(colours[verdict], title), ...lines].join("\n")];
  });
}

function sum({ rules, stats, seed, exit }: Report, paint: Paint): string {
  const order: readonly Verdict[] = ["pass", "fail", "warn", "note", "inconclusive", "not-observed", "error"];
  const counts = order
    .map((verdict) => [verdict, rules.filter((one) => one.verdict === verdict).length] as const)
    .filter(([, number]) => number > 0)
    .map(([verdict, number]) => paint(colours[verdict], `${number} ${verdict}`));
  const seconds = Math.round(stats.wallMs / 1000);
  return `${counts.join(", ")}. ${stats.calls} calls, ${stats.widgets} widgets, ${seconds} s, seed ${seed}, exit ${exit}.`;
}
