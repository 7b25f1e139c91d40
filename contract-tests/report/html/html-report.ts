import { createHash } from "node:crypto";
import { html, htmlSentence, Markup } from "../../../spec/text/markup.ts";
import { printableText } from "../../../spec/text/printable-text.ts";
import { groupBy } from "../../history/group-by.ts";
import { cleanAdvice } from "../clean-advice.ts";
import { type Change, type Comparison, comparedReportName } from "../compare-reports.ts";
import { knownViolationText } from "../known-violations.ts";
import {
  groupOf,
  type PassStats,
  type Report,
  type RuleReport,
  rulesByBasis,
  rulesWithReproduction,
} from "../report.ts";
import type { ReportExtras, ReportSection } from "../report-files.ts";
import { coverageSummary, notJudgedSummary, passNames, verdictSummary } from "../run-summary.ts";
import { reproductionHtml, sourceHtml } from "./reproduction-html.ts";
import { script } from "./script.ts";
import { style } from "./style.ts";

/**
 * Formats a report as one page that needs no network and no other file. Text from the server is escaped, and a policy
 * allows no script but the page's own.
 */
export function htmlReport(report: Report, { comparison, sections = [] }: ReportExtras = {}): string {
  const { rules, target, stats, seed } = report;
  const violations = rulesWithReproduction(report);
  const { documented, assumed } = rulesByBasis(rules);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Contract of ${target}</title>
<style>${new Markup(style)}</style>
</head>
<body>
${header(report)}
<main>
${violations.length > 0 ? html`<h2>Violations</h2><p class="soft">The commands can be pasted into a shell with curl and jq. The API key comes from <code>WIDGETS_API_KEY</code>.</p>${violations.map((rule) => reproductionHtml(rule, seed))}` : undefined}
${comparison ? comparisonHtml(comparison) : undefined}${sections.map(sectionHtml)}
<h2>All rules</h2>
${filters(documented)}
${ruleTable(documented)}
${assumed.length > 0 ? dialectHtml(assumed) : undefined}
<h2>Time</h2>
<p class="soft">On the server's clock, where the run moves it.</p>
${passTable(stats.passes)}
</main>
<script>${new Markup(script)}</script>
</body>
</html>
`;
  return page.text;
}

const policy = `default-src 'none'; style-src '${cspHash(style)}'; script-src '${cspHash(script)}'; base-uri 'none'; form-action 'none'`;

function cspHash(text: string): string {
  return `sha256-${createHash("sha256").update(text).digest("base64")}`;
}

function header(report: Report): Markup {
  const { target, targetVersion, stats, seed, startedAt, exitCode, stoppedEarly, leftovers, warnings = [] } = report;
  const notJudged = notJudgedSummary(report);
  const tone = { 0: "good", 1: "bad", 2: "none" }[exitCode];
  const items = leftovers.map(({ id, name, reason }) => html`<li><code>${id}</code> ${name}: ${reason}</li>`);
  return html`<header>
<h1>Contract of ${target}</h1>
<p class="soft">${targetVersion === undefined ? undefined : html`Version <code>${targetVersion}</code> · `}${startedAt.slice(0, 16).replace("T", " ")} UTC · ${stats.requests} requests, ${stats.widgets} widgets, ${stats.crawls} crawls · ${duration(stats.durationMs)} · seed ${seed} · exit code ${exitCode}</p>
${notJudged === undefined ? undefined : html`<p class="warn">${notJudged}</p>`}
<p class="soft">${coverageSummary(report)}</p>
<p class="summary ${tone}">${verdictSummary(report)}</p>
${warnings.map((warning) => html`<p class="fail">Warning: ${warning}.</p>`)}
${stoppedEarly === undefined ? undefined : html`<p class="fail">The run stopped early: ${stoppedEarly}.</p>`}
${items.length === 0 ? undefined : html`<p class="fail">Widgets that were not deleted:</p><ul>${items}</ul><p><code>${cleanAdvice(report)}</code></p>`}
</header>`;
}

function sectionHtml({ title, text, columns, rows }: ReportSection): Markup {
  const head = columns.map((column) => html`<th>${column}</th>`);
  const body = rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`);
  return html`<h2>${title}</h2>
<p class="soft">${text}</p>
${rows.length === 0 ? undefined : html`<div class="scroll"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`}`;
}

function filters(rules: readonly RuleReport[]): Markup {
  const buttons = [...groupBy(rules, ({ verdict }) => verdict)].map(
    ([verdict, own]) =>
      html`<button type="button" data-only="${verdict}" aria-pressed="false">${own.length} ${verdict.replace("-", " ")}</button>`,
  );
  return html`<div class="chips filter" hidden>${buttons}<input type="search" placeholder="Find a rule" aria-label="Find a rule"></div>`;
}

function ruleTable(rules: readonly RuleReport[]): Markup {
  const bodies = [...groupBy(rules, ({ id }) => groupOf(id))].map(
    ([group, own]) =>
      html`<tbody data-group="${group}"><tr><th colspan="4" scope="rowgroup">${group}</th></tr>
${own.map(ruleRow)}</tbody>`,
  );
  return html`<table class="rules"><thead><tr><th>Rule</th><th>Verdict</th><th>Text</th><th>Observations</th></tr></thead>
${bodies}</table>`;
}

function ruleRow(rule: RuleReport): Markup {
  const { id, text, verdict, observations, reason, option, reproduction, knownViolation } = rule;
  const origin = sourceHtml(rule);
  const name = reproduction ? html`<a href="#${id}">${id}</a>` : html`${id}`;
  const optionCode = option === undefined ? undefined : html`: <code>${option}</code>`;
  const details = [
    ...(origin === undefined ? [] : [html`<span class="detail">${origin}</span>`]),
    ...(reason === undefined ? [] : [html`<span class="detail">${reason}${optionCode}</span>`]),
    ...(knownViolation ? [html`<span class="detail">known, ${knownViolationText(knownViolation)}</span>`] : []),
  ];
  return html`<tr data-verdict="${verdict}"><td>${name}</td><td><span class="verdict ${verdict}">${verdict.replace("-", " ")}</span></td><td class="text">${htmlSentence(text)}${details}</td><td class="observations">${observations}</td></tr>
`;
}

/** Formats the differences between two reports as a table. */
function comparisonHtml({ before, verdicts, dialect }: Comparison): Markup {
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

/** Formats the dialect of a server: deviations first, the rest collapsed. */
function dialectHtml(assumed: readonly RuleReport[]): Markup {
  const deviations = assumed.filter(({ findings }) => findings.length > 0);
  const others = assumed.filter(({ findings }) => findings.length === 0);
  return html`<h2>Dialect: assumed rules</h2>
<p class="soft">What the server does where the documentation is silent. <code>widgets-mock --dialect dialect.json</code> starts a mock that responds in the same way.</p>
${deviations.length > 0 ? assumedTable(deviations) : html`<p>No deviation from the assumptions was observed.</p>`}
<details><summary>${others.length} as assumed or not observed</summary>
${assumedTable(others)}</details>`;
}

function assumedTable(rules: readonly RuleReport[]): Markup {
  return html`<table class="rules"><tbody>${rules.map(assumedRow)}</tbody></table>`;
}

function assumedRow({ id, text, verdict, findings, reason }: RuleReport): Markup {
  const word = verdict === "pass" ? "as assumed" : verdict.replace("-", " ");
  const message = findings[0]?.message ?? reason;
  const detail = message === undefined ? undefined : html`<span class="detail">${message}</span>`;
  return html`<tr><td>${id}</td><td><span class="verdict ${verdict}">${word}</span></td><td class="text">${htmlSentence(text)}${detail}</td></tr>
`;
}

function passTable(passes: readonly PassStats[]): Markup {
  const rows = passes.map(
    ({ purpose, requests, widgets, durationMs, firstCrawlMs }) =>
      html`<tr><td>${passNames[purpose]}</td><td>${duration(durationMs)}</td><td>${duration(firstCrawlMs)}</td><td>${widgets}</td><td>${requests}</td></tr>`,
  );
  return html`<div class="scroll"><table><thead><tr><th>Pass</th><th>Time</th><th>First crawls</th><th>Widgets</th><th>Requests</th></tr></thead><tbody>${rows}</tbody></table></div>`;
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
