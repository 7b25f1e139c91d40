import type { components } from "../control-plane/generated/types.ts";
import { matchesText } from "../journal/wildcards.ts";
import type { CoverageCounts, ItemCount } from "./coverage-counts.ts";
import type { CountableItem, CoverageItem } from "./coverage-items.ts";
import { coverageTodo } from "./coverage-todo.ts";

/** What clients have met of the API, and what is left to do. */
export type ApiCoverage = components["schemas"]["Coverage"];

/** The coverage of the items of a dialect by counts. */
export function measureCoverage(items: readonly CountableItem[], counts: CoverageCounts, dialect: string): ApiCoverage {
  const byKey = new Map<string, ItemCount>();
  for (const [itemKey, { count, disregarded }] of counts.entries()) {
    const sum = byKey.get(itemKey);
    byKey.set(itemKey, { count: (sum?.count ?? 0) + count, disregarded: (sum?.disregarded ?? 0) + disregarded });
  }
  const counted = items.flatMap(({ item, keys, isOptional = false }): CoverageItem[] => {
    let count = 0;
    let disregarded = 0;
    for (const itemKey of keys) {
      count += byKey.get(itemKey)?.count ?? 0;
      disregarded += byKey.get(itemKey)?.disregarded ?? 0;
    }
    if (isOptional && count === 0) return [];
    return [{ ...item, count, ...(disregarded > 0 && { disregarded }) }];
  });
  return summarizeCoverage(counted, [dialect]);
}

/** Adds up coverage of several mocks; an item is met if one of them has met it. */
export function mergeCoverage(parts: readonly ApiCoverage[]): ApiCoverage {
  const items = new Map<string, CoverageItem>();
  for (const item of parts.flatMap((part) => part.items)) {
    const before = items.get(item.id);
    const disregarded = (before?.disregarded ?? 0) + (item.disregarded ?? 0);
    items.set(item.id, {
      ...item,
      count: item.count + (before?.count ?? 0),
      ...(disregarded > 0 && { disregarded }),
    });
  }
  return summarizeCoverage([...items.values()], [...new Set(parts.flatMap(({ dialects }) => dialects))]);
}

/**
 * Leaves items out, such as those of operations that a client does not use.
 * @param patterns ids of items; `*` stands for any text
 */
export function withoutItems({ items, dialects }: ApiCoverage, patterns: readonly string[]): ApiCoverage {
  const kept = items.filter(({ id }) => !patterns.some((pattern) => matchesText(pattern, id)));
  return summarizeCoverage(kept, dialects);
}

/** Counts the items that were met, and tells what to do about the others. */
export function summarizeCoverage(items: readonly CoverageItem[], dialects: readonly string[]): ApiCoverage {
  const met = items.filter(({ count }) => count > 0).length;
  return {
    format: 1,
    dialects: [...dialects],
    met,
    of: items.length,
    // Rounded down: 100 means all.
    percent: items.length === 0 ? 0 : Math.floor((met * 1000) / items.length) / 10,
    items: [...items],
    todo: coverageTodo(items),
  };
}
