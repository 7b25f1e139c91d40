import { rehearsalHtml } from "./html-report.ts";
import { rehearsalJunit } from "./junit-report.ts";
import { rehearsalMarkdown } from "./markdown.ts";
import type { RehearsalReport } from "./rehearsal-report.ts";

/** Makes the files of a report, by their paths inside its folder: `report.json` is the report, the others show it. */
export function rehearsalFiles(report: RehearsalReport): Readonly<Record<string, string>> {
  return {
    "report.json": `${JSON.stringify(report, null, 2)}\n`,
    "report.html": rehearsalHtml(report),
    "report.md": rehearsalMarkdown(report),
    "junit.xml": rehearsalJunit(report),
  };
}
