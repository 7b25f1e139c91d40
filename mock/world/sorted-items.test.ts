import fc from "fast-check";
import { expect, test } from "vitest";
import { SortedItems } from "./sorted-items.ts";

const byValue = (one: number, other: number) => one - other;
// More than one array holds, so that arrays are split, begun and given up.
const value = fc.integer({ min: 0, max: 1500 });
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ adds: fc.array(value, { maxLength: 600 }) }) },
  { weight: 2, arbitrary: fc.record({ adds: value.map((from) => Array.from({ length: 700 }, (_, n) => from + n)) }) },
  { weight: 4, arbitrary: fc.record({ deletes: fc.array(value, { maxLength: 600 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ deletes: value.map((from) => Array.from({ length: 700 }, (_, n) => from + n)) }),
  },
);

test("items are as in a sorted array, whatever is added and deleted", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), value, fc.nat({ max: 900 }), (steps, key, count) => {
      const items = new SortedItems<number, number>(byValue);
      const plain = new Set<number>();
      for (const { adds, deletes } of steps as { adds?: number[]; deletes?: number[] }[]) {
        for (const item of adds ?? []) {
          expect(items.add(item)).toBe(!plain.has(item));
          plain.add(item);
        }
        for (const item of deletes ?? []) {
          items.delete(item);
          plain.delete(item);
        }
      }
      const sorted = [...plain].sort(byValue);
      expect([...items.values()]).toEqual(sorted);
      expect(items.size).toBe(sorted.length);
      expect(items.first).toBe(sorted[0]);
      expect(items.has(key)).toBe(plain.has(key));
      expect(items.after(undefined, count)).toEqual(sorted.slice(0, count));
      expect(items.after(key, count)).toEqual(sorted.filter((item) => item > key).slice(0, count));
      const reversed = sorted.toReversed();
      expect(items.before(undefined, count)).toEqual(reversed.slice(0, count));
      expect(items.before(key, count)).toEqual(reversed.filter((item) => item < key).slice(0, count));
    }),
  );
});
