import { expect, test } from "vitest";
import { publishedDocument } from "../spec/published-document.ts";
import { findPairs } from "./find-pairs.ts";
import { groupVariations } from "./variations/combine.ts";
import { createVariations } from "./variations/create-variations.ts";
import type { Variation } from "./variations/variation.ts";

const variations = createVariations({ document: publishedDocument, slowCrawl: "2s", lateSeconds: 1, staleSeconds: 1 });

const idsOf = (set: readonly Variation[]) => set.map(({ id }) => id);

test("each two variations that can be tried at once are in a group, and no two that cannot", () => {
  const groups = groupVariations(variations).map(idsOf);
  const together = (one: string, other: string) => groups.some((ids) => ids.includes(one) && ids.includes(other));
  for (const one of variations) {
    for (const other of variations.filter((another) => another !== one)) {
      const canBe = one.excludes === undefined || one.excludes !== other.excludes;
      expect([one.id, other.id, together(one.id, other.id)]).toEqual([one.id, other.id, canBe]);
    }
  }
  expect(groups.length).toBeLessThan(40);
});

test("pairs that only break together are found among all, in few runs", async () => {
  const culprits = [
    ["A-EXT-1=omit", "failed-crawl"],
    ["A-IDEM-1=ignore", "lost-answer"],
  ];
  let runs = 0;
  const found = await findPairs(variations, async (set) => {
    runs++;
    return !culprits.some((pair) => pair.every((id) => idsOf(set).includes(id)));
  });
  expect(found.map(idsOf).map((ids) => ids.sort())).toEqual(expect.arrayContaining(culprits));
  expect(found).toHaveLength(2);
  expect(runs).toBeLessThan(80);
});

test("without such a pair a run for each group is enough", async () => {
  let runs = 0;
  expect(await findPairs(variations, async () => ++runs > 0)).toEqual([]);
  expect(runs).toBe(groupVariations(variations).length);
});
