import { createHash } from "node:crypto";
import { html, htmlSentence, Markup } from "../../spec/text/markup.ts";
import { printableText } from "../../spec/text/printable-text.ts";
import { breakFacts, lastLinesOf } from "./break-facts.ts";
import {
  type RehearsalReport,
  type ReportedMet,
  type ReportedVariation,
  rehearsalSummary,
} from "./rehearsal-report.ts";
import { acceptanceText, rowNote, verdictGroups } from "./verdict-groups.ts";

/** Formats a report as one page that needs no network, no script and no other file. All text in it is escaped. */
export function rehearsalHtml(report: RehearsalReport): string {
  const { command, variations, startedAt, runs, seconds, seed, baseline, version, exitCode } = report;
  const broken = variations.filter((one) => one.broken);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Rehearsal of ${printableText(command)}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<header>
<h1>Rehearsal of <code>${printableText(command)}</code></h1>
<p class="soft">${startedAt.slice(0, 16).replace("T", " ")} UTC · ${runs} runs in ${seconds} s · seed ${seed} · widgets-mock ${version} · exit code ${exitCode}</p>
<p class="summary">${rehearsalSummary(report)}</p>
</header>
<main>
<table><thead><tr><th>Your integration</th><th>Variation</th><th>What is different</th></tr></thead>
${verdictGroups(variations).map(
  ({ verdict, heading, own }) =>
    html`<tbody class="${verdict}">${own.map(
      (
        one,
        place,
      ) => html`<tr>${place === 0 ? html`<th scope="rowgroup" rowspan="${own.length}">${heading}<br>${own.length}</th>` : undefined}<td>${one.broken ? html`<a href="#${one.id}">${one.id}</a>` : one.id}</td><td>${rowHtml(one)}</td></tr>
`,
    )}</tbody>`,
)}</table>
${broken.length === 0 ? undefined : html`<h2>What breaks it</h2>${broken.map(breakHtml)}`}
<h2>What the tests met</h2>
<p class="soft">In the baseline, which took ${baseline.seconds} s.</p>
${metHtml(baseline.met, report.uncalledOperations)}
</main>
</body>
</html>
`;
  return page.text;
}

const style = `
:root { color-scheme: light dark; --ground: #fff; --raised: #f6f7f9; --ink: #1b1f24; --soft: #59636e; --line: #d5dae0;
  --good: #1a7f37; --bad: #cf222e; --warn: #8a5a00; --link: #0a58ca; }
@media (prefers-color-scheme: dark) { :root { --ground: #0e1116; --raised: #171b22; --ink: #e6e9ee; --soft: #9aa4b2;
  --line: #313843; --good: #57c172; --bad: #ff7b72; --warn: #e0ad4a; --link: #78a9ff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 64rem; padding: 1.5rem 1.25rem 4rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1rem; margin: 0 0 .5rem; } p { margin: .5rem 0; } a { color: var(--link); }
code, pre { font: .875em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.soft { color: var(--soft); } .summary { font-size: 1.15rem; font-weight: 600; margin: .75rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
tbody th { white-space: nowrap; } td:first-of-type:not(.wide) { white-space: nowrap; }
.breaks th { color: var(--bad); } .flaky th { color: var(--warn); } .survives th { color: var(--good); }
.not-applicable th, .not-applicable td, .interrupted th, .interrupted td { color: var(--soft); }
.detail { display: block; color: var(--soft); font-size: .875rem; }
.break { border: 1px solid var(--line); border-left: .25rem solid var(--bad); border-radius: .375rem; margin: 1rem 0; padding: 1rem; }
.break.flaky, .break.interrupted { border-left-color: var(--warn); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0; } dt { color: var(--soft); } dd { margin: 0; }
pre { background: var(--raised); border: 1px solid var(--line); border-radius: .375rem; padding: .75rem; margin: .75rem 0 0;
  white-space: pre-wrap; }
@media (max-width: 40rem) { td:first-of-type:not(.wide) { white-space: normal; } dl { display: block; } }
`;

const styleHash = createHash("sha256").update(style).digest("base64");
const policy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'`;

function rowHtml(one: ReportedVariation): Markup {
  const { difference, known } = one;
  const details = [rowNote(one), known && acceptanceText(known)].filter((text) => text !== undefined);
  return html`${htmlSentence(difference)}${details.map((text) => html`<span class="detail">${text}</span>`)}`;
}

function breakHtml(one: ReportedVariation): Markup {
  const lines = lastLinesOf(one);
  return html`<section class="break ${one.verdict}" id="${one.id}"><h3>${one.id}</h3>
<dl>${breakFacts(one).map(([name, fact]) => html`<dt>${name}</dt><dd>${htmlSentence(fact)}</dd>`)}</dl>
${lines.length === 0 ? undefined : html`<pre>${lines.join("\n")}</pre>`}</section>
`;
}

function metHtml(met: ReportedMet, uncalled: readonly string[]): Markup {
  const rows = [
    ["Operations", met.operations],
    ["Answers", met.answers],
    ["Statuses", met.statuses],
    ["Events", met.events],
    ["Assumptions", met.rules],
  ] as const;
  return html`<table><tbody>${rows.map(
    ([name, counts]) => html`<tr><th>${name}</th><td class="wide">${countsText(counts)}</td></tr>`,
  )}<tr><th>Never called</th><td class="wide">${uncalled.length === 0 ? "none" : uncalled.join(", ")}</td></tr></tbody></table>`;
}

function countsText(counts: Readonly<Record<string, number>>): string {
  const texts = Object.entries(counts).map(([name, count]) => `${printableText(name, 80)} (${count})`);
  return texts.length === 0 ? "none" : texts.join(", ");
}
