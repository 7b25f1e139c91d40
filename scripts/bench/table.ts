import { median, quantile } from "./statistics.ts";

/** Lines of a Markdown table with aligned columns. */
export function alignedTable(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) => Math.max(3, title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, column) => (cells[column] ?? "").padEnd(width)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)];
}

/** The median of ratios, with the range of the middle half in parentheses. */
export function formatSpread(values: readonly number[]): string {
  return `${formatRatio(median(values))} (${formatRatio(quantile(values, 0.25))}–${formatRatio(quantile(values, 0.75))})`;
}

/** A number with separators and its unit. */
export function formatNumber(value: number, unit?: string): string {
  const number = value.toLocaleString("en-US", { maximumFractionDigits: value < 100 ? 1 : 0 });
  return unit ? `${number} ${unit}` : number;
}

/** A ratio with the digits that are no noise. */
export function formatRatio(ratio: number): string {
  return ratio.toFixed(ratio < 0.1 ? 3 : 2);
}
