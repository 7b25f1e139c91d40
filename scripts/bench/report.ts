import { cpus } from "node:os";
import type { LargeWorld } from "./large-worlds.ts";
import type { Contender } from "./servers.ts";
import type { Sample } from "./side-by-side.ts";
import { median, ratios } from "./statistics.ts";
import { alignedTable, formatNumber, formatSpread } from "./table.ts";

const head = ["", "baseline", "mock", "mock ÷ baseline", "target", "Prism", "Prism ÷ baseline"];

const targets: ReadonlyMap<string, string> = new Map([
  ["get one", "≥ 0.70"],
  ["list 20", "≥ 0.50"],
  ["create", "≥ 0.50"],
  ["start", "≤ 1.6"],
]);
const costTarget = "≤ 1.5";
const weightTarget = "≤ 2,500 B";

/** The report in Markdown: one table, with notes that explain it. */
export function benchReport(samples: readonly Sample[], worlds: readonly LargeWorld[]): string {
  const rows = [...sideBySideRows(samples), ...costRows(worlds), ...weightRows(worlds)];
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
      targets.get(what) ?? "",
      formatNumber(median(prism), unit),
      formatSpread(ratios(prism, bare)),
    ];
  });
}

/** Each larger organization compared with the smallest, by operation. */
function costRows([smallest, ...larger]: readonly LargeWorld[]): string[][] {
  if (!smallest) return [];
  return [...smallest.costs].flatMap(([name, baseline]) =>
    larger.map(({ size, costs }) => {
      const cost = costs.get(name) ?? [];
      const what = `${name} among ${formatNumber(size)}`;
      return [
        what,
        formatNumber(median(baseline), "µs"),
        formatNumber(median(cost), "µs"),
        formatSpread(ratios(cost, baseline)),
        costTarget,
      ];
    }),
  );
}

function weightRows([, ...larger]: readonly LargeWorld[]): string[][] {
  return larger.flatMap(({ size, weight }) => [
    [`heap per widget, of ${formatNumber(size)}`, "", formatNumber(weight.heapBytes, "B"), "", weightTarget],
    [
      `resident memory per widget, of ${formatNumber(size)}`,
      "",
      formatNumber(weight.residentBytes, "B"),
      "",
      weightTarget,
    ],
  ]);
}

function notes(samples: readonly Sample[], [smallest]: readonly LargeWorld[]): string[] {
  return [
    "Medians of all turns; in parentheses, the range of the middle half of the ratios.",
    ...(samples.length > 0
      ? [
          "The baseline is a bare node:http server that sends the bytes that the mock sends. Only the mock stores what is created.",
          "Nothing changes while lists are read, so both send the same bytes again and again.",
        ]
      : []),
    ...(smallest
      ? [
          `For larger organizations the baseline is the mock itself, called in process, with ${formatNumber(smallest.size)} widgets.`,
        ]
      : []),
    ...samples.filter(({ failed }) => failed).map(failure),
    `Measured with Node ${process.versions.node} on ${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}).`,
  ];
}

function failure({ what, server, failed }: Sample): string {
  return `Ignore the figures of ${what}: ${formatNumber(failed ?? 0)} requests to ${server} failed in one turn.`;
}
