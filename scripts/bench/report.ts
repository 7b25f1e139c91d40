import { cpus } from "node:os";
import type { LargeWorld } from "./large-worlds.ts";
import type { Contender } from "./servers.ts";
import type { Sample } from "./side-by-side.ts";
import { median, ratios } from "./statistics.ts";
import { figure, spread, table } from "./table.ts";

const head = ["", "yardstick", "mock", "mock ÷ yardstick", "target", "Prism", "Prism ÷ yardstick"];

const targets: ReadonlyMap<string, string> = new Map([
  ["get one", "≥ 0.70"],
  ["list 20", "≥ 0.50"],
  ["create", "≥ 0.50"],
  ["start", "≤ 1.6"],
]);
const costTarget = "≤ 1.5";
const weightTarget = "≤ 2,500 B";

/** The whole report in Markdown: one table, and below it what it takes to understand it. */
export function report(samples: readonly Sample[], worlds: readonly LargeWorld[]): string {
  const rows = [...sideBySideRows(samples), ...costRows(worlds), ...weightRows(worlds)];
  return [...table(head, rows), "", ...notes(samples, worlds)].join("\n");
}

function sideBySideRows(samples: readonly Sample[]): string[][] {
  const units = new Map(samples.map(({ what, unit }) => [what, unit]));
  return [...units].map(([what, unit]) => {
    const of = (server: Contender["name"]) =>
      samples.filter((sample) => sample.what === what && sample.server === server).map(({ value }) => value);
    const [bare, mock, prism] = [of("bare"), of("mock"), of("prism")];
    return [
      what,
      figure(median(bare), unit),
      figure(median(mock), unit),
      spread(ratios(mock, bare)),
      targets.get(what) ?? "",
      figure(median(prism), unit),
      spread(ratios(prism, bare)),
    ];
  });
}

/** Each larger world beside the smallest, operation by operation. */
function costRows([smallest, ...larger]: readonly LargeWorld[]): string[][] {
  if (!smallest) return [];
  return [...smallest.costs].flatMap(([name, yardstick]) =>
    larger.map(({ size, costs }) => {
      const cost = costs.get(name) ?? [];
      const what = `${name} among ${figure(size)}`;
      return [
        what,
        figure(median(yardstick), "µs"),
        figure(median(cost), "µs"),
        spread(ratios(cost, yardstick)),
        costTarget,
      ];
    }),
  );
}

function weightRows([, ...larger]: readonly LargeWorld[]): string[][] {
  return larger.flatMap(({ size, weight }) => [
    [`heap a widget, of ${figure(size)}`, "", figure(weight.heapBytes, "B"), "", weightTarget],
    [`resident a widget, of ${figure(size)}`, "", figure(weight.residentBytes, "B"), "", weightTarget],
  ]);
}

function notes(samples: readonly Sample[], [smallest]: readonly LargeWorld[]): string[] {
  return [
    "Medians of all turns; in brackets, between which ratios the middle half of the turns lies.",
    ...(samples.length > 0
      ? [
          "The yardstick is a bare node:http server that sends the bytes that the mock sends. Only the mock keeps what is created.",
          "Nothing changes while lists are read, so the mock gives the same bytes again; so does the yardstick.",
        ]
      : []),
    ...(smallest ? [`Among more widgets it is the mock, called in process, with ${figure(smallest.size)}.`] : []),
    ...samples.filter(({ failed }) => failed).map(failure),
    `Measured with Node ${process.versions.node} on ${cpus().length} cores (${cpus()[0]?.model.trim() ?? "unknown"}).`,
  ];
}

function failure({ what, server, failed }: Sample): string {
  return `The figures of ${what} are void: ${figure(failed ?? 0)} requests to ${server} failed in one turn.`;
}
