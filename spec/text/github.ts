/** Limit of GitHub for the summary of a step. */
const maxSummaryBytes = 1_000_000;

/** What is shown beside the run of a workflow. */
export interface GithubAnnotation {
  readonly level: "error" | "warning" | "notice";
  readonly title: string;
  readonly message: string;
}

/**
 * Makes an annotation of a GitHub workflow run, as a line for standard output.
 * @see https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export function githubAnnotation({ level, title, message }: GithubAnnotation): string {
  return `::${level} title=${escapeProperty(title)}::${escapeData(message)}`;
}

/** Cuts a summary to the length that GitHub accepts. */
export function githubSummary(markdown: string): string {
  if (Buffer.byteLength(markdown) <= maxSummaryBytes) return markdown;
  const cut = Buffer.from(markdown).subarray(0, maxSummaryBytes).toString();
  return `${cut.slice(0, cut.lastIndexOf("\n"))}\n\nThe rest is in report.md.\n`;
}

function escapeData(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
