import { type RunRecord, writeRecord } from "../history/record.ts";
import { writeInside } from "../write-inside.ts";
import type { Comparison } from "./compare-reports.ts";
import { htmlReport } from "./html/html-report.ts";
import { junitReport } from "./junit-report.ts";
import { markdownReport } from "./markdown-report.ts";
import { type Report, replayFilePath } from "./report.ts";

/** Files of a report, by their paths inside its folder. */
export interface ReportFiles {
  readonly [path: string]: string;
}

/** What a report may show besides. */
export interface ReportExtras {
  readonly comparison?: Comparison | undefined;
  /** Tables behind the verdicts. */
  readonly sections?: readonly ReportSection[];
}

/** A table of a report with its heading. */
export interface ReportSection {
  readonly title: string;
  /** One sentence below the heading. */
  readonly text: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Makes the files of a report: `report.json` is the report, the others show it to people and CI; `history.jsonl` is what it
 * was judged from, `replay/` has the reproductions, and `dialect.json` makes a mock that responds as the server does.
 */
export function reportFiles(report: Report, record: RunRecord, extras: ReportExtras = {}): ReportFiles {
  const replays = report.rules.flatMap(({ id, reproduction }) =>
    reproduction && reproduction.scripts.length > 0
      ? [[replayFilePath(id), jsonText({ rule: id, scripts: reproduction.scripts })]]
      : [],
  );
  return {
    ...Object.fromEntries(replays),
    "report.json": jsonText(report),
    "dialect.json": jsonText(report.dialect),
    ...(extras.comparison ? { "comparison.json": jsonText(extras.comparison) } : {}),
    "report.html": htmlReport(report, extras),
    "report.md": markdownReport(report, extras),
    "junit.xml": junitReport(report),
    "history.jsonl": writeRecord(record),
  };
}

/** Writes the files of a report into a folder, which is created if needed. */
export function writeFiles(folder: string, files: ReportFiles): void {
  for (const [path, text] of Object.entries(files)) writeInside(folder, path, text);
}

function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
