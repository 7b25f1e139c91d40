import { printableText } from "../../spec/text/printable-text.ts";
import { breakFacts, lastLinesOf } from "./break-facts.ts";
import {
  type RehearsalReport,
  type RehearsalVerdict,
  type ReportedVariation,
  rehearsalSummary,
} from "./rehearsal-report.ts";
import { acceptanceText, rowNote, verdictGroups } from "./verdict-groups.ts";

/** Paints a text in a colour, or leaves it as it is. */
export type PaintText = (colour: "green" | "red" | "yellow" | "dim" | "bold", text: string) => string;

const colours: { readonly [verdict in RehearsalVerdict]: Parameters<PaintText>[0] } = {
  breaks: "red",
  flaky: "yellow",
  survives: "green",
  "not-applicable": "dim",
  interrupted: "dim",
};

/** Formats a report for a terminal: first a table of all variations, then each break in full. */
export function rehearsalText(report: RehearsalReport, paint: PaintText = (_, text) => text): string {
  const { variations, runs, seconds, uncalledOperations } = report;
  const width = Math.max(0, ...variations.map(({ id }) => id.length));
  const row = (one: ReportedVariation) => `  ${paint(colours[one.verdict], one.id.padEnd(width))}  ${rowText(one)}`;
  const table = verdictGroups(variations).flatMap(({ verdict, heading, own }) => [
    paint("bold", `${heading} (${own.length})`),
    ...(verdict === "not-applicable" || verdict === "interrupted" ? rowsByReason(own) : own.map(row)),
    "",
  ]);
  return [
    paint("bold", rehearsalSummary(report)),
    "",
    ...table,
    ...(uncalledOperations.length === 0
      ? []
      : [`Operations that the tests never called: ${uncalledOperations.join(", ")}`, ""]),
    ...variations.filter(({ broken }) => broken).flatMap((one) => [...breakLines(one, paint), ""]),
    `${runs} runs in ${seconds} s.`,
  ].join("\n");
}

/** A verdict in a line, as soon as it is there. */
export function verdictLine({ verdict, id, difference, runs, failures }: ReportedVariation): string {
  const count = failures > 0 ? ` (failed ${failures} times of ${runs})` : "";
  return `${verdict.padEnd("survives".length)}  ${id}: ${difference}${count}`;
}

/** Many variations do not apply for the same reason. */
function rowsByReason(variations: readonly ReportedVariation[]): string[] {
  const reasons = [...new Set(variations.map(({ reason = "" }) => reason))];
  return reasons.map((reason) => {
    const ids = variations.filter((one) => (one.reason ?? "") === reason).map(({ id }) => id);
    return `  ${printableText(reason)}: ${ids.join(", ")}`;
  });
}

function rowText(one: ReportedVariation): string {
  const { difference, known } = one;
  const note = rowNote(one);
  const text = note === undefined ? difference : `${difference} (${note})`;
  return known ? `${text} [${acceptanceText(known)}]` : text;
}

function breakLines(one: ReportedVariation, paint: PaintText): string[] {
  const facts = breakFacts(one).map(([name, fact]) => `  ${`${name}:`.padEnd("Went wrong:".length)} ${fact}`);
  const lines = lastLinesOf(one).map((line) => `    | ${line}`);
  const label = paint(colours[one.verdict], one.verdict.toUpperCase());
  return [`${label} ${paint("bold", one.id)}`, ...facts, ...(lines.length === 0 ? [] : ["  Last lines:", ...lines])];
}
