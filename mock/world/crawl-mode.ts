/** The end of crawls: after a duration, drawn from a range; after a number of reads; or only by a control. */
export type CrawlMode = { readonly text: string } & (
  | { readonly kind: "time"; readonly minMs: number; readonly maxMs: number }
  | { readonly kind: "reads"; readonly reads: number }
  | { readonly kind: "manual" }
);

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
/** A year. */
const maxMs = 366 * 24 * 3_600_000;
const duration = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;

/**
 * Parses `2s`, `30s-60s`, `reads:3`, `manual` or `immediate`.
 * @throws RangeError for anything else
 */
export function parseCrawlMode(text: string): CrawlMode {
  if (text === "manual") return { text, kind: "manual" };
  if (text === "immediate") return { text, kind: "time", minMs: 0, maxMs: 0 };
  const reads = /^reads:(\d{1,6})$/.exec(text)?.[1];
  if (reads !== undefined && Number(reads) > 0) return { text, kind: "reads", reads: Number(reads) };
  const times = text.split("-").map(parseDuration);
  const [min, max = min] = times;
  if (min === undefined || max === undefined || times.includes(undefined) || times.length > 2 || min > max) {
    throw new RangeError(`invalid crawl mode "${text}"`);
  }
  return { text, kind: "time", minMs: min, maxMs: max };
}

function parseDuration(text: string): number | undefined {
  const [, count, unit] = duration.exec(text) ?? [];
  const total = Number(count) * unitMs[unit as keyof typeof unitMs];
  return count === undefined || total > maxMs ? undefined : total;
}
