import { appendFileSync } from "node:fs";
import { styleText } from "node:util";
import { writeInside } from "../contract-tests/write-inside.ts";
import {
  type RehearsalReport,
  rehearsalAnnotations,
  rehearsalFiles,
  rehearsalMarkdown,
  rehearsalText,
} from "../rehearsal/index.ts";
import { describeWriteError } from "../spec/files/file-error.ts";
import { githubSummary } from "../spec/text/github.ts";
import type { Invocation } from "./command-line/command.ts";
import type { rehearseCommand } from "./rehearse-flags.ts";

/**
 * Prints a report, and writes it where it is wanted.
 * @returns the exit code
 */
export function publishRehearsal(
  { flags, stdout, env }: Invocation<typeof rehearseCommand.flags>,
  report: RehearsalReport,
): number {
  stdout.write(`${rehearsalText(report, stdout.isTTY ? styleText : undefined)}\n`);
  const { report: folder } = flags;
  if (folder !== undefined) {
    writeReport(folder, rehearsalFiles(report));
    stdout.write(`Report: ${folder}/report.html\n`);
  }
  if (env["GITHUB_ACTIONS"] === "true") {
    for (const line of rehearsalAnnotations(report)) stdout.write(`${line}\n`);
    const summary = env["GITHUB_STEP_SUMMARY"];
    if (summary) appendFileSync(summary, githubSummary(`${rehearsalMarkdown(report)}\n`));
  }
  return report.exitCode;
}

/** @throws Error that names the folder */
function writeReport(folder: string, files: Readonly<Record<string, string>>): void {
  try {
    for (const [path, text] of Object.entries(files)) writeInside(folder, path, text);
  } catch (error) {
    throw new Error(`the report could not be written to ${folder}: ${describeWriteError(error)}`);
  }
}
