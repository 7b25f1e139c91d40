import type { Change, Comparison } from "../compare-reports.ts";
import { printableText } from "../printable-text.ts";
import { comparedReportName } from "../text/comparison-text.ts";
import { html, type Markup } from "./markup.ts";

/** Formats the differences between two reports as a table. */
export function comparisonHtml({ before, verdicts, dialect }: Comparison): Markup {
  const title = html`<h2>Compared with ${comparedReportName(before)}</h2>`;
  if (verdicts.length + dialect.length === 0) return html`${title}<p>No difference.</p>`;
  return html`${title}
<div class="scroll"><table class="changes"><thead><tr><th>Rule</th><th>Before</th><th>Now</th></tr></thead>
<tbody>${[...verdicts, ...dialect].map(changeRow)}</tbody></table></div>`;
}

function changeRow({ id, before, after, isWorse }: Change<string>): Markup {
  const now = html`<span class="${isWorse ? "verdict fail" : ""}">${cellText(after)}</span>`;
  return html`<tr><td>${printableText(id, 40)}</td><td>${cellText(before)}</td><td>${now}</td></tr>`;
}

function cellText(value: string | undefined): string {
  return value === undefined ? "–" : printableText(value.replace("not-observed", "not observed"), 60);
}
