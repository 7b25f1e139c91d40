import type { RunRecord } from "../history/record.ts";
import { writeRecord } from "../history/record-file.ts";
import type { Comparison } from "./compare-reports.ts";
import { htmlReport } from "./html/html-report.ts";
import { junitReport } from "./junit-report.ts";
import { markdownReport } from "./markdown-report.ts";
import { replayFile } from "./replay-file.ts";
import type { Report } from "./report.ts";

/** The files of a report, by their paths inside its folder. */
export interface ReportFiles {
  readonly [path: string]: string;
}

/** What is shown beside a report. */
export interface Extras {
  readonly comparison?: Comparison | undefined;
}

/**
 * A report as files: `report.json` has the report itself, the others show it to people and to CI, `history.jsonl` is
 * what it was judged from, `replay/` has what was found, to be run again, and `dialect.json` makes a mock that answers as
 * the implementation does.
 */
export function reportFiles(report: Report, record: RunRecord, extras: Extras = {}): ReportFiles {
  const replays = report.rules.flatMap(({ id, story }) =>
    story ? [[replayFile(id), json({ rule: id, scripts: story.scripts })]] : [],
  );
  return {
    ...Object.fromEntries(replays),
    "report.json": json(report),
    "dialect.json": json(report.dialect),
    "report.html": htmlReport(report, extras),
    "report.md": markdownReport(report, extras),
    "junit.xml": junitReport(report),
    "history.jsonl": writeRecord(record),
  };
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
