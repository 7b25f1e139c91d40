import type { WidgetsDocument } from "../../spec/document.ts";
import type { Verdict } from "../judge/judge.ts";
import type { ConfirmedJudgement } from "../judge/judge-record.ts";
import type { Report } from "../report-of.ts";
import { curlOf } from "./curl.ts";

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

/** A report for reading: a line for each group of rules, then every finding as a story, then the sum. */
export function textReport(document: WidgetsDocument, report: Report, paint: Paint): string {
  const stories = report.rules
    .filter((judgement) => judgement.story !== undefined)
    .map((judgement) => storyOf(document, report, judgement, paint));
  return [groups(report.rules, paint), ...stories, sum(report, paint)].join("\n\n");
}

function groups(rules: readonly ConfirmedJudgement[], paint: Paint): string {
  const names = [...new Set(rules.map(({ rule }) => groupOf(rule)))];
  return names
    .map((name) => {
      const shown = rules
        .filter(({ rule }) => groupOf(rule) === name)
        .map(({ rule, verdict }) => paint(colours[verdict], `${rule.slice(name.length + 1)}${marks[verdict]}`));
      return `${name.padEnd(9)}${shown.join(" ")}`;
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

function groupOf(rule: string): string {
  return rule.split("-")[0] ?? rule;
}

function storyOf(
  document: WidgetsDocument,
  { target }: Report,
  { rule, verdict, findings, confirmed, story }: ConfirmedJudgement,
  paint: Paint,
): string {
  const calls = story?.history.exchanges.filter(({ n }) => story.finding.calls.includes(n)) ?? [];
  const shown = calls.length <= mostCalls ? calls : [...calls.slice(0, 3), ...calls.slice(3 - mostCalls)];
  const lines = shown.map((exchange) => {
    const answer = exchange.response?.status ?? exchange.error ?? "no answer";
    return `  ${curlOf(target, exchange)}\n    ${paint("dim", `# ${answer}`)}`;
  });
  const more = findings.length > 1 ? ` Seen ${findings.length} times.` : "";
  const again = confirmed ? ` Again in ${confirmed.times} of ${confirmed.of}.` : "";
  return [
    `${paint(colours[verdict], verdict.toUpperCase())} ${paint("bold", rule)} ${document["x-rules"][rule].says}`,
    `  ${story?.finding.says}${paint("dim", `${more}${again}`)}`,
    ...lines,
  ].join("\n");
}

function sum({ rules, stats, seed, exit }: Report, paint: Paint): string {
  const count = (verdict: Verdict) => rules.filter((one) => one.verdict === verdict).length;
  const counts = (["pass", "fail", "warn", "inconclusive", "not-observed"] as const)
    .map((verdict) => [verdict, count(verdict)] as const)
    .filter(([, number]) => number > 0)
    .map(([verdict, number]) => paint(colours[verdict], `${number} ${verdict}`));
  const seconds = Math.round(stats.milliseconds / 1000);
  return `${counts.join(", ")}. ${stats.calls} calls, ${stats.widgets} widgets, ${seconds} s, seed ${seed}, exit ${exit}.`;
}
