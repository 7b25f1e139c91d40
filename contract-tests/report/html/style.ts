/** Style sheet of a report: light and dark, for wide screens and phones, with system fonts. */
export const style = `
:root { color-scheme: light dark; --ground: #fff; --raised: #f6f7f9; --ink: #1b1f24; --soft: #59636e; --line: #d5dae0;
  --link: #0a58ca; --pass: #1a7f37; --fail: #cf222e; --warn: #8a5a00; --note: #59636e; --draft: #e8dcc0; --active: #bfe5c8;
  --paused: #c5d9f5; --other: #e0cff2; --word: #1b1f24; }
@media (prefers-color-scheme: dark) { :root { --ground: #0e1116; --raised: #171b22; --ink: #e6e9ee; --soft: #9aa4b2;
  --line: #313843; --link: #78a9ff; --pass: #57c172; --fail: #ff7b72; --warn: #e0ad4a; --note: #9aa4b2; --draft: #4d4329;
  --active: #1f4d2c; --paused: #23406b; --other: #47305f; --word: #e6e9ee; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 60rem; padding: 1.5rem 1.25rem 4rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2.5rem 0 .75rem; }
h3 { font-size: 1rem; margin: 0; }
p { margin: .5rem 0; }
.soft, .label { color: var(--soft); }
code, pre { font: .875em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
.summary { font-size: 1.15rem; font-weight: 600; margin: .75rem 0; }
.summary.bad { color: var(--fail); }
.summary.good { color: var(--pass); }
.summary.none { color: var(--warn); }
.chips { display: flex; flex-wrap: wrap; gap: .5rem; margin: .75rem 0; }
.chips button, .chips input { font: inherit; font-size: .875rem; border: 1px solid var(--line); border-radius: 1rem;
  padding: .2rem .75rem; background: var(--ground); color: var(--ink); }
.chips button { cursor: pointer; }
.chips button[aria-pressed=true] { background: var(--ink); color: var(--ground); border-color: var(--ink); }
.chips input { flex: 1 1 10rem; min-width: 0; }
.verdict { font-weight: 600; white-space: nowrap; }
.pass { color: var(--pass); } .fail, .error { color: var(--fail); } .warn, .inconclusive { color: var(--warn); }
.note, .not-observed, .known { color: var(--note); }
.violation { border: 1px solid var(--line); border-left: .25rem solid var(--note); border-radius: .375rem; margin: 1rem 0;
  padding: 1rem 1.125rem; }
.violation.fail, .violation.error { border-left-color: var(--fail); } .violation.warn, .violation.inconclusive { border-left-color: var(--warn); }
.violation > *, .violation h3 { color: var(--ink); }
.violation dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: .75rem 0; }
.violation dt { color: var(--soft); } .violation dd { margin: 0; }
.shell { margin: .75rem 0; }
.shell div { display: flex; justify-content: space-between; align-items: end; margin-bottom: .25rem; }
.shell pre { background: var(--raised); border: 1px solid var(--line); border-radius: .375rem; padding: .75rem; margin: 0;
  white-space: pre-wrap; }
.shell button { font: inherit; font-size: .75rem; cursor: pointer;
  border: 1px solid var(--line); border-radius: .25rem; background: var(--ground); color: var(--ink); padding: .1rem .5rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9375rem; }
th, td { text-align: left; vertical-align: top; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--line); }
tbody th { padding-top: 1.25rem; font-size: .8125rem; letter-spacing: .04em; color: var(--soft); }
td:first-child { white-space: nowrap; }
.responses td { font-size: .875rem; padding-right: 1rem; }
.responses td:nth-child(2), thead th { white-space: nowrap; }
.responses tr.found td { font-weight: 600; color: var(--fail); }
.detail { display: block; color: var(--soft); font-size: .875rem; }
.detail code { white-space: nowrap; }
.legend { font-size: .8125rem; margin-top: .25rem; }
.drawing { display: flex; overflow-x: auto; background:
  linear-gradient(to right, var(--ground) 50%, transparent) 4rem 0 / 3rem 100% no-repeat local,
  linear-gradient(to left, var(--ground) 50%, transparent) 100% 0 / 3rem 100% no-repeat local,
  linear-gradient(to right, var(--line), transparent) 4rem 0 / 1.25rem 100% no-repeat scroll,
  linear-gradient(to left, var(--line), transparent) 100% 0 / 1.25rem 100% no-repeat scroll; }
.timeline.rows { position: sticky; left: 0; background: var(--ground); }
.timeline { display: block; flex: none; font: 11px system-ui, sans-serif; }
.timeline text { fill: var(--ink); } .timeline .mark text, .timeline .time { text-anchor: middle; }
.timeline .row, .timeline .time, .timeline .value { fill: var(--soft); }
.timeline line { stroke: var(--soft); stroke-width: 1; } .timeline .mark line { stroke: var(--line); }
.timeline circle { fill: var(--ground); stroke: var(--soft); stroke-width: 1.5; } .timeline path { fill: var(--soft); }
.timeline .band { fill: var(--other); } .timeline .band.draft { fill: var(--draft); } .timeline .band.active { fill: var(--active); }
.timeline .band.paused { fill: var(--paused); }
.timeline .band.missing { fill: none; stroke: var(--soft); stroke-dasharray: 3 3; }
.timeline .word { fill: var(--word); font-weight: 600; }
.timeline .found { stroke: var(--fail); stroke-width: 1.5; stroke-dasharray: 4 3; }
.timeline .expected { fill: var(--fail); font-style: italic; }
.timeline .bad text, .timeline .word.bad { fill: var(--fail); font-weight: 700; } .timeline .bad circle { fill: var(--fail); stroke: var(--fail); }
.timeline .bad path { fill: var(--fail); }
@media (max-width: 40rem) { body { padding: 1rem .875rem 3rem; } .violation { padding: .75rem .875rem; }
  .violation dl { display: block; } .violation dd { margin: 0 0 .375rem; }
  .rules thead { display: none; } .rules tr { display: grid; grid-template-columns: max-content 1fr; gap: 0 .75rem;
    border-bottom: 1px solid var(--line); padding: .375rem 0; }
  .rules tr[hidden] { display: none; } .rules td, .rules th { border: 0; padding: 0; } .rules tbody th { padding-top: .75rem; }
  .rules td.text { grid-column: 1 / -1; } .rules td.observations { display: none; } }
@media print { .chips, .shell button { display: none; } }
`;
