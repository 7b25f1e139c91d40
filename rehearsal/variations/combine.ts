import { mergeSetups, type Variation } from "./variation.ts";

/** Several variations at once, as one. */
export function combineVariations(variations: readonly Variation[]): Variation {
  const [first] = variations;
  if (!first) throw new Error("there is no variation to combine");
  return {
    id: variations.map(({ id }) => id).join(" + "),
    kind: "pair",
    rule: first.rule,
    difference: variations.map(({ difference }) => difference).join("; and "),
    notApplicable: (met) => variations.map((one) => one.notApplicable(met)).find((reason) => reason !== undefined),
    setup: (met) => variations.map((one) => one.setup(met)).reduce(mergeSetups),
    judge(run) {
      const judged = variations.flatMap((one) => one.judge?.(run) ?? []);
      return judged.find(({ verdict }) => verdict === "breaks") ?? judged[0];
    },
  };
}

/**
 * Groups of variations that can be tried at once, so that each two that can be are in one of them: two choices of one rule
 * cannot, and neither can two faults of the same call.
 */
export function groupVariations(variations: readonly Variation[]): Variation[][] {
  const open = new Set(
    variations.flatMap((one, at) => variations.slice(at + 1).flatMap((other) => pairKey(one, other) ?? [])),
  );
  const groups: Variation[][] = [];
  for (let seed = firstOf(open); seed !== undefined; seed = firstOf(open)) {
    const group = variations.filter(({ id }) => seed?.split(" + ").includes(id));
    for (const one of variations) {
      const isNew = group.some((other) => open.has(pairKey(one, other) ?? "") || open.has(pairKey(other, one) ?? ""));
      if (isNew && group.every((other) => other !== one && pairKey(one, other) !== undefined)) group.push(one);
    }
    for (const one of group) for (const other of group) open.delete(pairKey(one, other) ?? "");
    groups.push(group);
  }
  return groups;
}

function firstOf(pairs: ReadonlySet<string>): string | undefined {
  const [first] = pairs;
  return first;
}

/** The name of two variations that can be tried at once. */
function pairKey(one: Variation, other: Variation): string | undefined {
  if (one === other) return undefined;
  if (one.excludes !== undefined && one.excludes === other.excludes) return undefined;
  return `${one.id} + ${other.id}`;
}
