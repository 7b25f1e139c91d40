import type { WalkStep } from "./step.ts";

/** The sizes of pages that are walked through, the largest first. */
const sizes = [10, 9, 8, 7, 6, 5, 4, 3, 2];
const largest = 100;
/** Where nothing leaves one widget on the last page. */
const usual = 7;

/** How many widgets are deleted before the others at most, so that those that are left fill pages. */
export const mostSpared = 6;

/** The page size of a walk through a list of so many; undefined where none fills its last page. */
export function pageSizeFor(limit: WalkStep["limit"], listed: number): number | undefined {
  if (typeof limit === "number") return limit;
  if (limit === "last-single") return sizes.find((size) => listed % size === 1) ?? usual;
  const full = sizes.find((size) => listed % size === 0) ?? listed;
  return full > 1 && full <= largest ? full : undefined;
}

/** Whether there are sizes for both; of few widgets nothing else is asked. */
export function isFit(listed: number): boolean {
  const hasBoth = [0, 1].every((left) => sizes.some((limit) => listed % limit === left));
  return listed <= sizes.length || hasBoth;
}
