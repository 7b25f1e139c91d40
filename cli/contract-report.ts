import { appendFileSync } from "node:fs";
import { styleText } from "node:util";
import {
  applyExitPolicy,
  compareReports,
  type ExitPolicy,
  githubAnnotations,
  githubSummary,
  markdownReport,
  type Report,
  type ReportFiles,
  type ReportSection,
  type RunRecord,
  reportFiles,
  textReport,
  writeFiles,
} from "../contract-tests/index.ts";
import { describeWriteError } from "../spec/files/file-error.ts";

/** What to do with a report. */
export interface ReportOptions {
  readonly policy: ExitPolicy;
  /** An earlier report to compare it with. */
  readonly compared: Report | undefined;
  /** The folder to write its files to. */
  readonly folder: string | undefined;
  /** Tables behind the verdicts. */
  readonly sections?: readonly ReportSection[];
}

/**
 * Prints a report, and writes it where it is wanted.
 * @returns the exit code
 */
export function publishReport(
  judged: Report,
  record: RunRecord,
  { policy, compared, folder, sections }: ReportOptions,
): number {
  const report = applyExitPolicy(judged, policy);
  const comparison = compared && compareReports(compared, report);
  const extras = { comparison, ...(sections ? { sections } : {}) };
  const text = textReport(report, {
    ...(process.stdout.isTTY ? { paint: styleText, width: process.stdout.columns } : {}),
    ...(folder === undefined ? {} : { folder }),
    ...extras,
  });
  process.stdout.write(`${text}\n`);
  if (process.env["GITHUB_ACTIONS"] === "true") publishOnGitHub(report, markdownReport(report, extras));
  if (folder !== undefined) writeReport(folder, reportFiles(report, record, extras));
  return report.exitCode;
}

/** @throws Error that names the folder */
function writeReport(folder: string, files: ReportFiles): void {
  try {
    writeFiles(folder, files);
  } catch (error) {
    throw new Error(`the report could not be written to ${folder}: ${describeWriteError(error)}`);
  }
}

/** Shows a report beside the run of a workflow. */
function publishOnGitHub(report: Report, markdown: string): void {
  for (const line of githubAnnotations(report)) process.stdout.write(`${line}\n`);
  const summary = process.env["GITHUB_STEP_SUMMARY"];
  if (summary) appendFileSync(summary, githubSummary(`${markdown}\n`));
}
