/** How long a crawl takes: a time or a seeded range, in milliseconds; a number of reads; or until it is told. */
export type CrawlMode = { readonly text: string } & (
  | { readonly kind: "time"; readonly minMs: number; readonly maxMs: number }
  | { readonly kind: "reads"; readonly reads: number }
  | { readonly kind: "manual" }
);

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
const duration = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;

/**
 * Reads `2s`, `30s-60s`, `reads:3`, `manual` or `immediate`.
 * @throws RangeError with a sentence for the user.
 */
export function parseCrawlMode(text: string): CrawlMode {
  if (text === "manual") return { text, kind: "manual" };
  if (text === "immediate") return { text, kind: "time", minMs: 0, maxMs: 0 };
  const reads = /^reads:(\d{1,6})$/.exec(text)?.[1];
  if (reads !== undefined && Number(reads) > 0) return { text, kind: "reads", reads: Number(reads) };
  const [min, max = min, ...rest] = text.split("-").map(milliseconds);
  if (min === undefined || max === undefined || rest.length > 0 || min > max) {
    throw new RangeError(
      `"${text}" is no way to crawl. Give a time (2s), a range (30s-60s), reads:3, manual or immediate.`,
    );
  }
  return { text, kind: "time", minMs: min, maxMs: max };
}

function milliseconds(text: string): number | undefined {
  const [, count, unit] = duration.exec(text) ?? [];
  return count === undefined ? undefined : Number(count) * unitMs[unit as keyof typeof unitMs];
}
