import type { RuleReport } from "../report.ts";
import { html, htmlSentence, type Markup } from "./markup.ts";

/** The dialect of an implementation: what is otherwise than we assume or expect first, the rest behind a click. */
export function dialectHtml(assumed: readonly RuleReport[]): Markup {
  const otherwise = assumed.filter(({ findings }) => findings.length > 0);
  const rest = assumed.filter(({ findings }) => findings.length === 0);
  return html`<h2>What is only assumed: the dialect</h2>
<p class="soft">Where the documentation is silent. A mock that answers so is <code>widgets-mock --dialect dialect.json</code>.</p>
${otherwise.length > 0 ? table(otherwise) : html`<p>Nothing was seen that is otherwise than assumed.</p>`}
<details><summary>${rest.length} as assumed, or not observed</summary>
${table(rest)}</details>`;
}

function table(rules: readonly RuleReport[]): Markup {
  return html`<table class="rules"><tbody>${rules.map(row)}</tbody></table>`;
}

function row({ id, says, verdict, findings, reason }: RuleReport): Markup {
  const word = verdict === "pass" ? "as assumed" : verdict.replace("-", " ");
  const seen = findings[0]?.says ?? reason;
  const why = seen === undefined ? undefined : html`<span class="why">${seen}</span>`;
  return html`<tr><td>${id}</td><td><span class="verdict ${verdict}">${word}</span></td><td class="says">${htmlSentence(says)}${why}</td></tr>
`;
}
