import { isSuppressed, knownViolationText } from "../known-violations.ts";
import { type ReportedResponse, type RuleReport, type RuleWithReproduction, replayFilePath } from "../report.ts";
import { verdictStyles } from "./paint.ts";
import type { TextOptions } from "./text-report.ts";

/** Formats what was found under a rule: commands to paste, the responses, and what was expected. */
export function reproductionText(
  rule: RuleWithReproduction,
  seed: number,
  { paint = (_, text) => text, folder }: Pick<TextOptions, "paint" | "folder"> = {},
): string {
  const { id, text, verdict, reproduction, knownViolation } = rule;
  const { message, expected, commands, responses, scripts } = reproduction;
  const { colour } = verdictStyles[verdict];
  const replay = folder === undefined ? [] : [`--replay ${folder}/${replayFilePath(id)}`];
  return [
    `${isSuppressed(rule) ? paint("dim", "known") : paint(colour, verdict.toUpperCase())} ${paint("bold", id)} ${text}`,
    "",
    ...commands.map((line) => `  ${line}`),
    "",
    ...labelLines("responses", responses.map(responseText)),
    ...labelLines("found", [message]),
    ...labelLines("expected", [expected]),
    // What was only watched has nothing to run again.
    ...(scripts.length === 0
      ? []
      : labelLines("reproduced", [[reproducedText(rule), `seed ${seed}`, ...replay].join(", ")])),
    ...labelLines("known", [knownViolation && knownViolationText(knownViolation)]),
  ].join("\n");
}

/** States how often a violation was reproduced, such as `3 of 3`. */
export function reproducedText({ reproduced }: RuleReport): string {
  return reproduced ? `${reproduced.times} of ${reproduced.of}` : "not attempted";
}

/** Formats a response in one line. */
export function responseText({ source, httpStatus, excerpt }: ReportedResponse): string {
  return [source, httpStatus, excerpt].filter((part) => part !== undefined).join(" ");
}

/** Puts a label before the first of some lines. */
function labelLines(label: string, lines: readonly (string | undefined)[]): string[] {
  return lines
    .filter((line) => line !== undefined)
    .map((line, index) => `  ${(index === 0 ? label : "").padEnd(10)} ${line}`);
}
