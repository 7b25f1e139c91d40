import type { Verdict } from "../judge/judge.ts";
import { byReason } from "./by-reason.ts";
import { replayFile } from "./replay-file.ts";
import { groupOf, type Report, type RuleReport, told } from "./report.ts";

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

/** How a report is shown. */
export interface TextOptions {
  readonly paint?: Paint;
  /** Where the files of the report are. */
  readonly folder?: string;
}

/** A report for reading: a line for each group of rules, every finding as a story, why some were not judged, the sum. */
export function textReport(report: Report, options: TextOptions = {}): string {
  const { paint = (_, text) => text } = options;
  const stories = told(report).map((rule) => storyText(rule, report, { paint, ...options }));
  const how = "What was found, as lines for a shell with curl and jq; the key is taken from WIDGETS_API_KEY.";
  return [
    groups(report.rules, paint),
    ...(stories.length > 0 ? [paint("dim", how)] : []),
    ...stories,
    ...reasonsText(report.rules, paint),
    ...unfinished(report, paint),
    sum(report, paint),
  ].join("\n\n");
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

function storyText(
  rule: RuleReport,
  { seed }: Report,
  { paint, folder }: TextOptions & { readonly paint: Paint },
): string {
  const { id, says, verdict, confirmed, story } = rule;
  const { says: seen = "", right, shell = [], answers = [], script } = story ?? {};
  const back = answers.map(({ call, status, shows }) =>
    [call, status, shows].filter((part) => part !== undefined).join(" "),
  );
  const again = [
    ...(confirmed ? [`${confirmed.times} of ${confirmed.of}`] : []),
    `seed ${seed}`,
    ...(script && folder !== undefined ? [`--replay ${folder}/${replayFile(id)}`] : []),
  ];
  return [
    `${paint(colours[verdict], verdict.toUpperCase())} ${paint("bold", id)} ${says}`,
    "",
    ...shell.map((line) => `  ${line}`),
    "",
    ...labelled("came back", back),
    ...labelled("seen", [seen]),
    ...labelled("right", [right === says ? undefined : right]),
    ...labelled("again", [again.join(", ")]),
  ].join("\n");
}

function labelled(label: string, lines: readonly (string | undefined)[]): string[] {
  return lines.flatMap((line, n) => (line === undefined ? [] : [`  ${(n === 0 ? label : "").padEnd(10)} ${line}`]));
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
