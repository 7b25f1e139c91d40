import type { Change, Comparison } from "../compare-reports.ts";
import { printable } from "../printable-text.ts";
import { comparedWith } from "../text/comparison-text.ts";
import { html, type Markup } from "./markup.ts";

/** How two reports differ, as tables. */
export function comparisonHtml({ before, verdicts, dialect }: Comparison): Markup {
  const title = html`<h2>Compared with ${comparedWith(before)}</h2>`;
  if (verdicts.length + dialect.length === 0) return html`${title}<p>No difference.</p>`;
  return html`${title}
<div class="scroll"><table class="changes"><thead><tr><th>Rule</th><th>Before</th><th>Now</th></tr></thead>
<tbody>${[...verdicts, ...dialect].map(row)}</tbody></table></div>`;
}

function row({ id, before, after, isWorse }: Change<string>): Markup {
  const kind = isWorse ? "verdict fail" : "";
  const now = html`<span class="${kind}">${told(after)}</span>`;
  return html`<tr><td>${printable(id, 40)}</td><td>${told(before)}</td><td>${now}</td></tr>`;
}

function told(value: string | undefined): string {
  return value === undefined ? "–" : printable(value.replace("not-observed", "not observed"), 60);
}
