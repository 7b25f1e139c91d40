import { appendFileSync } from "node:fs";
import { styleText } from "node:util";
import {
  compareReports,
  type ExitPolicy,
  githubAnnotations,
  githubSummary,
  markdownReport,
  type Report,
  type RunRecord,
  reportFiles,
  textReport,
  withPolicy,
  writeFiles,
} from "../contract-tests/index.ts";

/** How a report is told. */
export interface Telling {
  readonly policy: ExitPolicy;
  /** What it is compared with. */
  readonly compared: Report | undefined;
  /** Where its files are wanted. */
  readonly folder: string | undefined;
}

/** Prints a report and writes it where it is wanted; ends with what it came to. */
export function tell(judged: Report, record: RunRecord, { policy, compared, folder }: Telling): void {
  const report = withPolicy(judged, policy);
  const comparison = compared && compareReports(compared, report);
  const text = textReport(report, {
    ...(process.stdout.isTTY ? { paint: styleText } : {}),
    ...(folder === undefined ? {} : { folder }),
    comparison,
  });
  process.stdout.write(`${text}\n`);
  if (folder !== undefined) writeFiles(folder, reportFiles(report, record, { comparison }));
  if (process.env["GITHUB_ACTIONS"] === "true") tellGitHub(report, markdownReport(report, { comparison }));
  process.exitCode = report.exit;
}

/** Shows a report beside the run of a workflow. */
function tellGitHub(report: Report, markdown: string): void {
  for (const line of githubAnnotations(report)) process.stdout.write(`${line}\n`);
  const summary = process.env["GITHUB_STEP_SUMMARY"];
  if (summary) appendFileSync(summary, githubSummary(`${markdown}\n`));
}
