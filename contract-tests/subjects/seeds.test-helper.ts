const isFull = process.env["WIDGETS_VERIFY"] === "full";

/** The seeds of a tier: `npm run verify:full` takes more than `npm run verify`. */
export function seedsOf({ verify, full }: { readonly verify: number; readonly full: number }): number[] {
  return Array.from({ length: isFull ? full : verify }, (_, n) => n + 1);
}

/** What a tier is tried on: `npm run verify:full` takes all, `npm run verify` every nth. */
export function sampleOf<T>(all: readonly T[], n: number): readonly T[] {
  return isFull ? all : all.filter((_, index) => index % n === 0);
}
