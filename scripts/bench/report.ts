import { cpus } from "node:os";
import type { LargeWorld } from "./large-worlds.ts";
import type { Contender } from "./servers.ts";
import type { Sample } from "./side-by-side.ts";
import { median, ratios } from "./statistics.ts";
import { alignedTable, formatNumber, formatRatio, formatSpread } from "./table.ts";

const head = ["", "baseline", "mock", "mock ÷ baseline", "target", "Prism", "Prism ÷ baseline"];

/** What a figure should be at least, or at most. */
type Target = { readonly least: number; readonly unit?: string } | { readonly most: number; readonly unit?: string };

const targets: ReadonlyMap<string, Target> = new Map<string, Target>([
  ["get one", { least: 0.75 }],
  ["list 20", { least: 0.8 }],
  ["list 20, patch in turns", { least: 0.55 }],
  ["patch", { least: 0.55 }],
  ["create", { least: 0.5 }],
  ["start", { most: 1.4 }],
]);
const costTarget = { most: 1.3 };
const delayTargets = { p999: { most: 20, unit: "ms" }, longest: { most: 2 } };
const weightTargets = { heap: { most: 1500, unit: "B" }, resident: { most: 1800, unit: "B" } };
/** The targets of memory are for organizations of this size, which has little else beside its widgets. */
const weighedSize = 1_000_000;

/** The report in Markdown: one table, with notes that explain it. */
export function benchReport(samples: readonly Sample[], worlds: readonly LargeWorld[]): string {
  const rows = [
    ...sideBySideRows(samples),
    ...inProcessRows(worlds),
    ...costRows(worlds),
    ...weightRows(worlds),
    ...delayRows(worlds),
  ];
  return [...alignedTable(head, rows), "", ...notes(samples, worlds)].join("\n");
}

function sideBySideRows(samples: readonly Sample[]): string[][] {
  const units = new Map(samples.map(({ what, unit }) => [what, unit]));
  return [...units].map(([what, unit]) => {
    const of = (server: Contender["name"]) =>
      samples.filter((sample) => sample.what === what && sample.server === server).map(({ value }) => value);
    const [bare, mock, prism] = [of("bare"), of("mock"), of("prism")];
    return [
      what,
      formatNumber(median(bare), unit),
      formatNumber(median(mock), unit),
      formatSpread(ratios(mock, bare)),
      formatTarget(targets.get(what), median(ratios(mock, bare))),
      formatNumber(median(prism), unit),
      formatRatio(median(prism) / median(bare)),
    ];
  });
}

/** Each larger organization compared with the smallest, by operation. */
function costRows([smallest, ...larger]: readonly LargeWorld[]): string[][] {
  if (!smallest) return [];
  return [...smallest.costs].flatMap(([name, baseline]) =>
    larger.map(({ size, costs }) =>
      costRow(
        `${name} among ${formatNumber(size)}`,
        (costs.get(name) ?? []).map(({ mock }) => mock),
        { baseline: baseline.map(({ mock }) => mock), target: costTarget },
      ),
    ),
  );
}

/** `mock.fetch` compared with a function that does nothing but read the request and make the response. */
function inProcessRows([smallest]: readonly LargeWorld[]): string[][] {
  return [...(smallest?.costs ?? [])].map(([name, costs]) =>
    costRow(
      `${name}, in process`,
      costs.map(({ mock }) => mock),
      { baseline: costs.map(({ bare }) => bare) },
    ),
  );
}

function costRow(
  what: string,
  cost: readonly number[],
  { baseline, target }: { readonly baseline: readonly number[]; readonly target?: Target },
): string[] {
  const ratio = ratios(cost, baseline);
  return [
    what,
    formatNumber(median(baseline), "µs"),
    formatNumber(median(cost), "µs"),
    formatSpread(ratio),
    formatTarget(target, median(ratio)),
  ];
}

function weightRows([, ...larger]: readonly LargeWorld[]): string[][] {
  const row = (what: string, bytes: number, target: Target | undefined) => [
    what,
    "",
    formatNumber(bytes, "B"),
    "",
    formatTarget(target, bytes),
  ];
  return larger.flatMap(({ size, weight }) => {
    const target = size === weighedSize ? weightTargets : undefined;
    return [
      row(`heap per widget, of ${formatNumber(size)}`, weight.heapBytes, target?.heap),
      row(`resident memory per widget, of ${formatNumber(size)}`, weight.residentBytes, target?.resident),
    ];
  });
}

/** A target, and whether it was missed. */
function formatTarget(target: Target | undefined, value: number): string {
  if (!target) return "";
  const [sign, limit] = "least" in target ? (["≥", target.least] as const) : (["≤", target.most] as const);
  const isMet = sign === "≥" ? value >= limit : value <= limit;
  const text = target.unit ? `mock ${sign} ${formatNumber(limit, target.unit)}` : `${sign} ${limit}`;
  return isMet ? text : `${text}, missed`;
}

/** How late timers are while creates go on, beside a bare Map. */
function delayRows(worlds: readonly LargeWorld[]): string[][] {
  const row = (what: string, map: number, mock: number, target: string) => [
    what,
    formatNumber(map, "ms"),
    formatNumber(mock, "ms"),
    formatSpread([mock / map]),
    target,
  ];
  return worlds.flatMap(({ size, delays }) => {
    if (!delays) return [];
    const { mock, map } = delays;
    const [p999, longest] = [
      formatTarget(delayTargets.p999, mock.p999Ms),
      formatTarget(delayTargets.longest, mock.longestMs / map.longestMs),
    ];
    return [
      row(`p99.9 of the loop delay, ${formatNumber(size)}`, map.p999Ms, mock.p999Ms, p999),
      row(`longest loop delay, ${formatNumber(size)}`, map.longestMs, mock.longestMs, longest),
    ];
  });
}

function notes(samples: readonly Sample[], [smallest]: readonly LargeWorld[]): string[] {
  return [
    "Medians of all turns; in parentheses, the range of the middle half of the ratios.",
    ...(samples.length > 0
      ? [
          "The baseline is a bare node:http server that sends the bytes that the mock sends. Only the mock stores what is created.",
          "Each patch changes the widget; nothing changes while lists alone are read, so both send the same bytes again and again.",
          "Processor time is that of the server's process, for each request.",
        ]
      : []),
    ...(smallest
      ? [
          "In process the baseline is a function that reads the same Request and makes the same Response.",
          `For larger organizations the baseline is the mock itself, called in process, with ${formatNumber(smallest.size)} widgets.`,
          "The loop delay is that of timers of 1 ms while creates go on, beside a bare Map of as many strings, which are replaced.",
        ]
      : []),
    ...samples.filter(({ failed }) => failed).map(failure),
    `Measured with Node ${process.versions.node} on ${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}).`,
  ];
}

function failure({ what, server, failed }: Sample): string {
  return `Ignore the figures of ${what}: ${formatNumber(failed ?? 0)} requests to ${server} failed in one turn.`;
}
