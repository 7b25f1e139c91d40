import type { Report, RuleReport } from "./report.ts";

/** GitHub shows no more of a summary than this, in bytes. */
const mostSummaryBytes = 1_000_000;

/**
 * What a workflow of GitHub shows beside its run: a line on standard output for each rule that counts, is warned of, or
 * could not be judged because something else failed.
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function githubAnnotations({ rules }: Report): string[] {
  return rules.flatMap((rule) => {
    const level = levelOf(rule);
    if (level === undefined) return [];
    const { id, says, reason, story, findings } = rule;
    const seen = findings[0]?.says ?? reason ?? "";
    const right = story && story.right !== says ? `\nright: ${story.right}` : "";
    return [`::${level} title=${property(`${id} ${says}`)}::${data(seen + right)}`];
  });
}

/** A summary that GitHub takes: one that is too long ends early. */
export function githubSummary(markdown: string): string {
  if (Buffer.byteLength(markdown) <= mostSummaryBytes) return markdown;
  const cut = Buffer.from(markdown).subarray(0, mostSummaryBytes).toString();
  return `${cut.slice(0, cut.lastIndexOf("\n"))}\n\nThe rest is in report.md.\n`;
}

function levelOf({ verdict, counts, known }: RuleReport): "error" | "warning" | undefined {
  if (counts) return "error";
  if (known && !known.isExpired) return undefined;
  return verdict === "error" ? "error" : verdict === "warn" ? "warning" : undefined;
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return data(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
