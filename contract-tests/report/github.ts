import { isSuppressed } from "./known-violations.ts";
import type { Report, RuleReport } from "./report.ts";

/** Limit of GitHub for the summary of a step. */
const maxSummaryBytes = 1_000_000;

/**
 * Makes the annotations of a GitHub workflow run, as lines for standard output: one for each rule that fails the run, warns,
 * or has an error.
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function githubAnnotations({ rules }: Report): string[] {
  return rules.flatMap((rule) => {
    const level = annotationLevel(rule);
    if (level === undefined) return [];
    const { id, text, reason, reproduction, findings } = rule;
    const message = findings[0]?.message ?? reason ?? "";
    const expected = reproduction ? `\nexpected: ${reproduction.expected}` : "";
    return [`::${level} title=${escapeProperty(`${id} ${text}`)}::${escapeData(message + expected)}`];
  });
}

/** Cuts a summary to the length that GitHub accepts. */
export function githubSummary(markdown: string): string {
  if (Buffer.byteLength(markdown) <= maxSummaryBytes) return markdown;
  const cut = Buffer.from(markdown).subarray(0, maxSummaryBytes).toString();
  return `${cut.slice(0, cut.lastIndexOf("\n"))}\n\nThe rest is in report.md.\n`;
}

function annotationLevel(rule: RuleReport): "error" | "warning" | undefined {
  if (rule.failsRun) return "error";
  if (isSuppressed(rule)) return undefined;
  return rule.verdict === "error" ? "error" : rule.verdict === "warn" ? "warning" : undefined;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
