import type { ProfiledLoad } from "./profile.ts";
import { alignedTable } from "./table.ts";

/** A smaller share under every load is noise. */
const minShare = 0.01;

/** The report in Markdown: one table, with what takes most of the time first. */
export function profileReport(loads: readonly ProfiledLoad[]): string {
  const layers = [...new Set(loads.flatMap(({ shares }) => [...shares.keys()]))];
  const largest = (layer: string) => Math.max(...loads.map(({ shares }) => shares.get(layer) ?? 0));
  const shown = layers.filter((layer) => largest(layer) >= minShare).sort((a, b) => largest(b) - largest(a));
  const rows = shown.map((layer) => [layer, ...loads.map(({ shares }) => formatShare(shares.get(layer) ?? 0))]);
  const rest = loads.map(({ shares }) => {
    const sum = shown.reduce((total, layer) => total + (shares.get(layer) ?? 0), 0);
    return formatShare(1 - sum);
  });
  return [
    ...alignedTable(["", ...loads.map(({ name }) => name)], [...rows, ["all others, below 1 % each", ...rest]]),
    "",
    "Shares of the processor time of the mock's main thread, by what was running; files are those of the mock.",
  ].join("\n");
}

function formatShare(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
