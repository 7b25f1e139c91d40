import type { FittingSize, WalkStep } from "./step.ts";

/** The sizes of pages that are walked through, the largest first. */
const sizes = [10, 9, 8, 7, 6, 5, 4, 3, 2];
/** The largest page that any walk asks for. */
const bulk = 100;
/** Where nothing leaves one widget on the last page. */
const usual = 7;

/** How many widgets are deleted before the others at most, so that those that are left fill pages. */
export const mostSpared = 6;

/** The page size of a walk through a list of so many; undefined where none fits, or the largest pages are no smaller than usual. */
export function pageSizeFor(limit: NonNullable<WalkStep["limit"]>, listed: number, allowed = bulk): number | undefined {
  if (typeof limit === "number") return limit;
  if (limit === "largest") return allowed < bulk ? allowed : undefined;
  const size = sizesFor(listed)[limit];
  return size > 1 && size <= allowed ? size : undefined;
}

function sizesFor(listed: number): { readonly [limit in Exclude<FittingSize, "largest">]: number } {
  return {
    "last-single": sizes.find((size) => listed % size === 1) ?? usual,
    "last-full": sizes.find((size) => listed % size === 0) ?? listed,
    all: listed,
    "all-but-one": listed - 1,
    "one-more": listed + 1,
  };
}

/** Whether there are sizes for both; of few widgets nothing else is asked. */
export function isFit(listed: number): boolean {
  const hasBoth = [0, 1].every((left) => sizes.some((limit) => listed % limit === left));
  return listed <= sizes.length || hasBoth;
}
