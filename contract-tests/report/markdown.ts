import type { WidgetsDocument } from "../../spec/document.ts";
import type { Report } from "../report-of.ts";

/** A report as Markdown: what was found, and a table of every rule. */
export function markdownReport(document: WidgetsDocument, { rules, target, seed, stats, exit }: Report): string {
  const found = rules.filter(({ findings }) => findings.length > 0);
  const stories = found.map(
    ({ rule, verdict, findings }) =>
      `- **${verdict} ${rule}** ${document["x-rules"][rule].says}: ${findings[0]?.says ?? ""}`,
  );
  const rows = rules.map(
    ({ rule, verdict, observed }) =>
      `| ${rule} | ${verdict} | ${observed} | ${document["x-rules"][rule].says.replaceAll("|", "\\|")} |`,
  );
  return [
    `# The contract of ${target}`,
    "",
    `${stats.calls} calls, ${stats.widgets} widgets, seed ${seed}, exit ${exit}.`,
    "",
    ...(stories.length > 0 ? [...stories, ""] : []),
    "| Rule | Verdict | Observed | Says |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}
