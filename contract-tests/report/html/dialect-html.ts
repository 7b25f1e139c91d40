import type { RuleReport } from "../report.ts";
import { html, htmlSentence, type Markup } from "./markup.ts";

/** Formats the dialect of a server: deviations first, the rest collapsed. */
export function dialectHtml(assumed: readonly RuleReport[]): Markup {
  const deviations = assumed.filter(({ findings }) => findings.length > 0);
  const others = assumed.filter(({ findings }) => findings.length === 0);
  return html`<h2>Dialect: assumed rules</h2>
<p class="soft">What the server does where the documentation is silent. <code>widgets-mock --dialect dialect.json</code> starts a mock that responds in the same way.</p>
${deviations.length > 0 ? table(deviations) : html`<p>No deviation from the assumptions was observed.</p>`}
<details><summary>${others.length} as assumed or not observed</summary>
${table(others)}</details>`;
}

function table(rules: readonly RuleReport[]): Markup {
  return html`<table class="rules"><tbody>${rules.map(ruleRow)}</tbody></table>`;
}

function ruleRow({ id, text, verdict, findings, reason }: RuleReport): Markup {
  const word = verdict === "pass" ? "as assumed" : verdict.replace("-", " ");
  const message = findings[0]?.message ?? reason;
  const detail = message === undefined ? undefined : html`<span class="detail">${message}</span>`;
  return html`<tr><td>${id}</td><td><span class="verdict ${verdict}">${word}</span></td><td class="text">${htmlSentence(text)}${detail}</td></tr>
`;
}
