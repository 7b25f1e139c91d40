import { knownViolationText } from "../known-violations.ts";
import { replayFilePath } from "../replay-file.ts";
import type { ReportedResponse, RuleReport } from "../report.ts";
import { type Paint, verdictColours } from "./paint.ts";

/** How a reproduction is shown. */
export interface ReproductionTextOptions {
  readonly seed: number;
  /** Paints nothing if left out. */
  readonly paint?: Paint;
  /** Folder of the report's files, where there is one. */
  readonly folder?: string | undefined;
}

/** Formats what was found under a rule: commands to paste, the responses, and what was expected. */
export function reproductionText(
  rule: RuleReport,
  { paint = (_, text) => text, seed, folder }: ReproductionTextOptions,
): string {
  const { id, text, verdict, reproduction, knownViolation } = rule;
  const { message, expected, commands = [], responses = [] } = reproduction ?? {};
  const replay = reproduction && folder !== undefined ? [`--replay ${folder}/${replayFilePath(id)}`] : [];
  return [
    `${paint(verdictColours[verdict], verdict.toUpperCase())} ${paint("bold", id)} ${text}`,
    "",
    ...commands.map((line) => `  ${line}`),
    "",
    ...labelLines("responses", responses.map(responseText)),
    ...labelLines("found", [message]),
    ...labelLines("expected", [expected === text ? undefined : expected]),
    ...labelLines("reproduced", [[reproducedText(rule), `seed ${seed}`, ...replay].join(", ")]),
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
