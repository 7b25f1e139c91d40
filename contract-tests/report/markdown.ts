import { byReason } from "./by-reason.ts";
import type { Report } from "./report.ts";

/** A report as Markdown: what was found, what was not judged and why, and a table of every rule. */
export function markdownReport({ rules, target, seed, stats, exit }: Report): string {
  const found = rules.filter(({ findings }) => findings.length > 0);
  const stories = found.map(
    ({ id, says, verdict, findings }) => `- **${verdict} ${id}** ${says}: ${findings[0]?.says ?? ""}`,
  );
  const unjudged = byReason(rules.filter(({ reason }) => reason !== undefined)).map(
    ({ ids, reason, option }) => `- ${ids.join(", ")}: ${reason}${option === undefined ? "" : ` (\`${option}\`)`}`,
  );
  const rows = rules.map(
    ({ id, says, verdict, observed }) => `| ${id} | ${verdict} | ${observed} | ${says.replaceAll("|", "\\|")} |`,
  );
  return [
    `# The contract of ${target}`,
    "",
    `${stats.calls} calls, ${stats.widgets} widgets, seed ${seed}, exit ${exit}.`,
    "",
    ...(stories.length > 0 ? [...stories, ""] : []),
    ...(unjudged.length > 0 ? ["Without a verdict:", "", ...unjudged, ""] : []),
    "| Rule | Verdict | Observed | Says |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}
