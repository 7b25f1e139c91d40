/** The sizes of pages that are walked through, the largest first. */
const sizes = [10, 9, 8, 7, 6, 5, 4, 3, 2];
const largest = 100;
/** Where nothing leaves one widget on the last page. */
const usual = 7;

/** How many widgets are deleted before the others at most, so that those that are left fill pages. */
export const mostSpared = 6;

/** A page size by which the last page of a list is full; undefined where there is none. */
export function fullPageSize(listed: number): number | undefined {
  const size = sizes.find((limit) => listed % limit === 0) ?? listed;
  return size > 1 && size <= largest ? size : undefined;
}

/** A page size by which the last page of a list has one widget, if there is any. */
export function singlePageSize(listed: number): number {
  return sizes.find((limit) => listed % limit === 1) ?? usual;
}

/** Whether there are sizes for both; of few widgets nothing else is asked. */
export function isFit(listed: number): boolean {
  const hasBoth = [0, 1].every((left) => sizes.some((limit) => listed % limit === left));
  return listed <= sizes.length || hasBoth;
}
