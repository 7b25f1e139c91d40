import { codeBlock, collapsed, inlineCode, pipeTable, plainOrCode } from "../../spec/text/markdown.ts";
import { printableText } from "../../spec/text/printable-text.ts";
import { breakFacts, lastLinesOf } from "./break-facts.ts";
import { type RehearsalReport, type ReportedVariation, rehearsalSummary } from "./rehearsal-report.ts";
import { acceptanceText, rowNote, verdictGroups } from "./verdict-groups.ts";

/** Formats a report as Markdown for GitHub: a table of all variations, then each break in full. */
export function rehearsalMarkdown(report: RehearsalReport): string {
  const { command, variations, uncalledOperations, runs, seconds } = report;
  const rows = verdictGroups(variations).flatMap(({ heading, own }) =>
    own.map((one, place) => [
      place === 0 ? `**${heading} (${own.length})**` : "",
      inlineCode(one.id),
      rowMarkdown(one),
    ]),
  );
  return [
    `# Rehearsal of ${inlineCode(printableText(command))}`,
    `**${rehearsalSummary(report)}** ${runs} runs in ${seconds} s.`,
    pipeTable(["Your integration", "Variation", "What is different"], rows),
    ...(uncalledOperations.length === 0
      ? []
      : [`Operations that the tests never called: ${uncalledOperations.map(inlineCode).join(", ")}.`]),
    ...variations.filter(({ broken }) => broken).map(breakMarkdown),
    "",
  ].join("\n\n");
}

function rowMarkdown(one: ReportedVariation): string {
  const { difference, known } = one;
  const note = rowNote(one);
  const why = note === undefined ? "" : ` (${plainOrCode(note)})`;
  return `${plainText(difference)}${why}${known ? ` [${plainOrCode(acceptanceText(known))}]` : ""}`;
}

/** A sentence of the document may have code of its own in it. */
function plainText(text: string): string {
  return text.replaceAll("<", "&lt;");
}

function breakMarkdown(one: ReportedVariation): string {
  const lines = lastLinesOf(one);
  return [
    `## ${one.verdict.toUpperCase()} ${one.id}`,
    breakFacts(one)
      .map(([name, fact]) => `- ${name}: ${plainOrCode(fact)}`)
      .join("\n"),
    ...(lines.length === 0 ? [] : [collapsed("Last lines", codeBlock("", lines.join("\n")))]),
  ].join("\n\n");
}
