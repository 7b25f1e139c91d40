import { html, htmlSentence, type Markup } from "../../../spec/text/markup.ts";
import { isSuppressed, knownViolationText } from "../known-violations.ts";
import { type ReportedResponse, type RuleReport, type RuleWithReproduction, replayFilePath } from "../report.ts";
import { reproducedText } from "../text/reproduction-text.ts";
import { timelineSvg } from "./timeline-svg.ts";

/** Formats what was found under a rule: message, drawing, commands to paste, and the responses. */
export function reproductionHtml(rule: RuleWithReproduction, seed: number): Markup {
  const { id, text, verdict, reproduction, knownViolation } = rule;
  const { message, expected, commands, responses, scripts, timeline } = reproduction;
  const [tone, word] = isSuppressed(rule) ? ["known", "known"] : [verdict, verdict.toUpperCase()];
  return html`<article class="violation ${tone}" id="${id}">
<h3><span class="verdict ${tone}">${word}</span> ${id} ${htmlSentence(text)}</h3>
<dl><dt>Documentation</dt><dd>${sourceHtml(rule)}</dd>
<dt>Found</dt><dd>${message}</dd>
<dt>Expected</dt><dd>${htmlSentence(expected)}</dd>
${scripts.length === 0 ? undefined : html`<dt>Reproduced</dt><dd>${reproducedText(rule)}, seed ${seed}, <code>--replay ${replayFilePath(id)}</code></dd>`}
${knownViolation ? html`<dt>Known</dt><dd>${knownViolationText(knownViolation)}</dd>` : undefined}</dl>
${timeline ? html`${timelineSvg(timeline, expected === text ? "" : expected)}${legend}` : undefined}
<div class="shell"><div><span class="soft">Commands to reproduce it</span><button type="button" hidden>Copy</button></div><pre tabindex="0">${commands.join("\n")}</pre></div>
<details><summary>Responses</summary><div class="scroll"><table class="responses"><tbody>${responses.map(responseRow)}</tbody></table></div></details>
</article>
`;
}

/** States what a rule rests on: the words of the documentation, and whether it says, shows or implies the rule. */
export function sourceHtml({ basis, source }: RuleReport): Markup | undefined {
  return source === undefined ? undefined : html`${basis}: <q>${source}</q>`;
}

const legend = html`<p class="soft legend">▾ a request or an observation, in brackets if about another widget or by another caller; ○ a read; bands: the status that reads showed; red: the violation. Times are since the create, not to scale.</p>`;

function responseRow({ source, httpStatus, excerpt, isFinding }: ReportedResponse): Markup {
  return html`<tr class="${isFinding ? "found" : ""}"><td>${source}</td><td>${httpStatus}</td><td>${excerpt}</td></tr>`;
}
