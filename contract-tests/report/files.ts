import type { RunRecord } from "../history/record.ts";
import { writeRecord } from "../history/record-file.ts";
import { junitReport } from "./junit.ts";
import { markdownReport } from "./markdown.ts";
import type { Report } from "./report.ts";

/** The files of a report, by their paths inside its folder. */
export interface ReportFiles {
  readonly [path: string]: string;
}

/**
 * A report as files: `report.json` has the report itself, the others show it to people and to CI, and `history.jsonl` is
 * what it was judged from.
 */
export function reportFiles(report: Report, record: RunRecord): ReportFiles {
  return {
    "report.json": `${JSON.stringify(report, null, 2)}\n`,
    "report.md": markdownReport(report),
    "junit.xml": junitReport(report),
    "history.jsonl": writeRecord(record),
  };
}
