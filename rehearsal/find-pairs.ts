import { groupVariations } from "./variations/combine.ts";
import type { Variation } from "./variations/variation.ts";

/** Runs the tests with several variations at once; true if they pass. */
export type PassesWith = (variations: readonly Variation[]) => Promise<boolean>;

/** No more are looked for in one group: what breaks with everything needs no list. */
const maxPerGroup = 5;

/**
 * Finds the smallest sets of variations, mostly pairs, that only break together. Many are tried at once; where that breaks,
 * ever fewer of them are tried.
 * @param variations those that break nothing alone
 */
export async function findPairs(variations: readonly Variation[], passes: PassesWith): Promise<Variation[][]> {
  const found: Variation[][] = [];
  for (const group of groupVariations(variations)) {
    let members = withoutFound(group, found);
    for (let count = 0; count < maxPerGroup && members.length > 1; count++) {
      if (await passes(members)) break;
      found.push(await smallestBreaking(members, passes));
      members = withoutFound(members, found);
    }
  }
  return found;
}

/** The members of a group, without one of each set that is known to break together. */
function withoutFound(group: readonly Variation[], found: readonly (readonly Variation[])[]): Variation[] {
  let left = [...group];
  for (const set of found) if (set.every((one) => left.includes(one))) left = left.filter((one) => one !== set.at(-1));
  return left;
}

/**
 * Finds a smallest set that breaks within one that does: the shortest beginning that breaks ends with a member that is needed;
 * the others are among those before it.
 */
async function smallestBreaking(set: readonly Variation[], passes: PassesWith): Promise<Variation[]> {
  const needed: Variation[] = [];
  let rest = set;
  do {
    let [passing, breaking] = [0, rest.length];
    while (breaking - passing > 1) {
      const middle = Math.floor((passing + breaking) / 2);
      const isSurvived = await passes([...needed, ...rest.slice(0, middle)]);
      if (isSurvived) passing = middle;
      else breaking = middle;
    }
    needed.push(...rest.slice(breaking - 1, breaking));
    rest = rest.slice(0, breaking - 1);
    // One alone breaks nothing.
  } while (rest.length > 0 && (needed.length < 2 || (await passes(needed))));
  return needed.reverse();
}
