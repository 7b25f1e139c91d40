import { knownText } from "../known-violations.ts";
import { replayFile } from "../replay-file.ts";
import type { ReportedResponse, RuleReport } from "../report.ts";
import { html, htmlSentence, type Markup } from "./markup.ts";
import { timelineSvg } from "./timeline-svg.ts";

/** What was found under a rule: what was seen, the drawing of it, the lines that show it again, and what came back. */
export function storyHtml({ id, says, verdict, confirmed, story, known }: RuleReport, seed: number): Markup {
  if (!story) return html``;
  const { shell, answers, timeline } = story;
  const again = [confirmed ? `${confirmed.times} of ${confirmed.of}` : "not tried", `seed ${seed}`].join(", ");
  return html`<article class="story ${verdict}" id="${id}">
<h3><span class="verdict ${verdict}">${verdict.toUpperCase()}</span> ${id} ${htmlSentence(says)}</h3>
<dl><dt>Seen</dt><dd>${story.says}</dd>
${story.right === says ? undefined : html`<dt>Right</dt><dd>${story.right}</dd>`}
<dt>Again</dt><dd>${again}, <code>--replay ${replayFile(id)}</code></dd>
${known ? html`<dt>Known</dt><dd>${knownText(known)}</dd>` : undefined}</dl>
${timeline ? html`<div class="scroll">${timelineSvg(timeline, story.right === says ? "" : story.right)}</div>` : undefined}
<div class="shell"><div><span class="soft">To see it again</span><button type="button" hidden>Copy</button></div><pre tabindex="0">${shell.join("\n")}</pre></div>
<details><summary>What came back</summary><div class="scroll"><table class="answers"><tbody>${answers.map(answerRow)}</tbody></table></div></details>
</article>
`;
}

function answerRow({ call, status, shows, isFinding }: ReportedResponse): Markup {
  return html`<tr class="${isFinding ? "found" : ""}"><td>${call}</td><td>${status}</td><td>${shows}</td></tr>`;
}
