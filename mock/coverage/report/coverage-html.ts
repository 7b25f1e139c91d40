import { createHash } from "node:crypto";
import { html, htmlSentence, Markup } from "../../../spec/text/markup.ts";
import type { ApiCoverage } from "../coverage.ts";
import type { CoverageItem } from "../coverage-items.ts";
import type { CoverageTodo } from "../coverage-todo.ts";
import { countsByKind, coverageClause } from "./coverage-text.ts";

/** A coverage as one page that needs no network, no script and no other file: the things to do, then every item. */
export function coverageHtml(coverage: ApiCoverage): string {
  const { items, todo, percent, dialects } = coverage;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Coverage of the Widgets API: ${percent} %</title>
<style>${new Markup(style)}</style>
</head>
<body>
<header>
<h1>Coverage of the Widgets API</h1>
<p class="soft">${coverageClause(coverage)}. Dialect: ${dialects.join(", ")}.</p>
<progress max="100" value="${percent}" aria-label="Items met">${percent} %</progress>
</header>
<main>
<h2>To do</h2>
${todo.length === 0 ? html`<p>Nothing: your tests have met every item.</p>` : todo.map(todoHtml)}
<h2>Items</h2>
${countsByKind(coverage).map(([kind, met, of]) =>
  kindHtml(
    kind,
    items.filter((item) => item.kind === kind),
    `${met} of ${of}`,
  ),
)}
</main>
</body>
</html>
`.text;
}

function todoHtml({ says, how, missing }: CoverageTodo): Markup {
  return html`<section><h3>${says}</h3>
<ul>${missing.map((name) => html`<li>${htmlSentence(name)}</li>`)}</ul>
<p class="soft">${htmlSentence(how)}</p></section>
`;
}

function kindHtml(kind: string, items: readonly CoverageItem[], counts: string): Markup {
  return html`<details><summary><b>${kind}</b> <span class="soft">${counts}</span></summary>
<div class="scroll" tabindex="0"><table><thead><tr><th>Item</th><th>Met</th></tr></thead>
<tbody>${items.map(itemHtml)}</tbody></table></div></details>
`;
}

function itemHtml({ id, says, count, disregarded }: CoverageItem): Markup {
  const wrong = disregarded === undefined ? undefined : html` <span class="bad">disregarded ${disregarded} ×</span>`;
  return html`<tr${count === 0 ? new Markup(' class="unmet"') : undefined}><td>${htmlSentence(says)}<br><code>${id}</code></td><td>${count}${wrong}</td></tr>
`;
}

const style = `
:root { color-scheme: light dark; --ground: #fff; --ink: #1b1f24; --soft: #59636e; --line: #d5dae0; --bad: #cf222e; }
@media (prefers-color-scheme: dark) { :root { --ground: #0e1116; --ink: #e6e9ee; --soft: #9aa4b2; --line: #313843; --bad: #ff7b72; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1.25rem 4rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; margin: 0; } h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; } h3 { font-size: 1rem; margin: 1.25rem 0 .25rem; }
p, ul { margin: .25rem 0; }
progress { width: 100%; height: 1rem; }
code { font: .875em/1.5 ui-monospace, Menlo, Consolas, monospace; color: var(--soft); }
.soft { color: var(--soft); } .bad { color: var(--bad); font-weight: 600; }
details { border-bottom: 1px solid var(--line); padding: .5rem 0; } summary { cursor: pointer; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
tr.unmet td:last-child { color: var(--bad); font-weight: 600; }
`;

const policy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; base-uri 'none'; form-action 'none'`;
