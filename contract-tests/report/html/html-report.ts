import { createHash } from "node:crypto";
import type { Comparison } from "../compare-reports.ts";
import { knownText } from "../known-violations.ts";
import { groupOf, type PassStats, type Report, type RuleReport, told } from "../report.ts";
import { byBasis } from "../rules-by-basis.ts";
import { outcomeText, purposes } from "../run-summary.ts";
import { comparisonHtml } from "./comparison-html.ts";
import { dialectHtml } from "./dialect-html.ts";
import { html, htmlSentence, Markup } from "./markup.ts";
import { storyHtml } from "./reproduction-html.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";

/**
 * A report as one page that needs nothing else: no network, no other file. What came from the target is escaped, and a
 * policy lets no other script run than the page's own.
 */
export function htmlReport(
  report: Report,
  { comparison }: { readonly comparison?: Comparison | undefined } = {},
): string {
  const { rules, target, stats, seed, began } = report;
  const stories = told(report);
  const { documented, assumed } = byBasis(rules);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>The contract of ${target}</title>
<style>${new Markup(style)}</style>
</head>
<body>
<header>
<h1>The contract of ${target}</h1>
<p class="soft">${began.slice(0, 16).replace("T", " ")} UTC · ${stats.calls} calls, ${stats.widgets} widgets, ${stats.crawls} crawls · ${duration(stats.wallMs)} · seed ${seed} · exit ${report.exit}</p>
${outcome(report)}
${troubles(report)}
</header>
<main>
${stories.length > 0 ? html`<h2>What was found</h2><p class="soft">The lines can be pasted into a shell with curl and jq. The key is taken from <code>WIDGETS_API_KEY</code>.</p>${stories.map((rule) => storyHtml(rule, seed))}` : undefined}
${comparison ? comparisonHtml(comparison) : undefined}
<h2>Every rule</h2>
${filters(documented)}
${table(documented)}
${assumed.length > 0 ? dialectHtml(assumed) : undefined}
<h2>Where the time went</h2>
<p class="soft">By the target's clock, where the run moves it.</p>
${passes(stats.passes)}
</main>
<script>${new Markup(script)}</script>
</body>
</html>
`;
  return page.text;
}

const policy = `default-src 'none'; style-src '${hashOf(style)}'; script-src '${hashOf(script)}'; base-uri 'none'; form-action 'none'`;

function hashOf(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function outcome(report: Report): Markup {
  const kind = { 0: "good", 1: "bad", 2: "none" }[report.exit];
  return html`<p class="outcome ${kind}">${outcomeText(report)}</p>`;
}

/** What the run could not do. */
function troubles({ cutShort, left }: Report): Markup {
  const early = cutShort === undefined ? undefined : html`<p class="fail">The run ended early: ${cutShort}.</p>`;
  const items = left.map(({ id, name, why }) => html`<li><code>${id}</code> ${name}: ${why}</li>`);
  const behind =
    left.length === 0 ? undefined : html`<p class="fail">These widgets are left behind:</p><ul>${items}</ul>`;
  return html`${early}${behind}`;
}

function filters(rules: readonly RuleReport[]): Markup {
  const counts = new Map<string, number>();
  for (const { verdict } of rules) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const buttons = [...counts].map(
    ([verdict, count]) =>
      html`<button type="button" data-only="${verdict}" aria-pressed="false">${count} ${verdict.replace("-", " ")}</button>`,
  );
  return html`<div class="chips filter" hidden>${buttons}<input type="search" placeholder="Find a rule" aria-label="Find a rule"></div>`;
}

function table(rules: readonly RuleReport[]): Markup {
  const groups = [...new Set(rules.map(({ id }) => groupOf(id)))];
  const bodies = groups.map(
    (group) =>
      html`<tbody data-group="${group}"><tr><th colspan="4" scope="rowgroup">${group}</th></tr>
${rules.filter(({ id }) => groupOf(id) === group).map(row)}</tbody>`,
  );
  return html`<table class="rules"><thead><tr><th>Rule</th><th>Verdict</th><th>Says</th><th>Observed</th></tr></thead>
${bodies}</table>`;
}

function row({ id, says, verdict, observed, reason, option, story, known }: RuleReport): Markup {
  const name = story ? html`<a href="#${id}">${id}</a>` : html`${id}`;
  const why =
    reason === undefined
      ? undefined
      : html`<span class="why">${reason}${option === undefined ? "" : html`: <code>${option}</code>`}</span>`;
  return html`<tr data-verdict="${verdict}"><td>${name}</td><td><span class="verdict ${verdict}">${verdict.replace("-", " ")}</span></td><td class="says">${htmlSentence(says)}${why}${known ? html`<span class="why">known ${knownText(known)}</span>` : undefined}</td><td class="observed">${observed}</td></tr>
`;
}

function passes(all: readonly PassStats[]): Markup {
  const rows = all.map(
    ({ purpose, calls, widgets, ms, crawlMs }) =>
      html`<tr><td>${purposes[purpose]}</td><td>${duration(ms)}</td><td>${duration(crawlMs)}</td><td>${widgets}</td><td>${calls}</td></tr>`,
  );
  return html`<div class="scroll"><table><thead><tr><th></th><th>Time</th><th>First crawls</th><th>Widgets</th><th>Calls</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
