import { cpus } from "node:os";
import type { LargeWorld } from "./large-worlds.ts";
import type { Contender } from "./servers.ts";
import type { Sample } from "./side-by-side.ts";
import { median, ratios } from "./statistics.ts";
import { alignedTable, formatNumber, formatSpread } from "./table.ts";

const head = ["", "baseline", "mock", "mock ÷ baseline", "target", "Prism", "Prism ÷ baseline"];

const targets: ReadonlyMap<string, string> = new Map([
  ["get one", "≥ 0.75"],
  ["list 20", "≥ 0.80"],
  ["list 20, patch in turns", "≥ 0.55"],
  ["patch", "≥ 0.55"],
  ["create", "≥ 0.50"],
  ["start", "≤ 1.4"],
]);
const costTarget = "≤ 1.3";
const delayTargets = { p999: "mock ≤ 20 ms", longest: "≤ 2" };
const weightTargets = { heap: "≤ 1,500 B", resident: "≤ 1,800 B" };

/** The report in Markdown: one table, with notes that explain it. */
export function benchReport(samples: readonly Sample[], worlds: readonly LargeWorld[]): string {
  const rows = [...sideBySideRows(samples), ...costRows(worlds), ...weightRows(worlds), ...delayRows(worlds)];
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
    [`heap per widget, of ${formatNumber(size)}`, "", formatNumber(weight.heapBytes, "B"), "", weightTargets.heap],
    [
      `resident memory per widget, of ${formatNumber(size)}`,
      "",
      formatNumber(weight.residentBytes, "B"),
      "",
      weightTargets.resident,
    ],
  ]);
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
  return worlds.flatMap(({ size, delay, mapDelay }) => [
    row(`p99.9 of the loop delay, ${formatNumber(size)}`, mapDelay.p999Ms, delay.p999Ms, delayTargets.p999),
    row(`longest loop delay, ${formatNumber(size)}`, mapDelay.longestMs, delay.longestMs, delayTargets.longest),
  ]);
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
