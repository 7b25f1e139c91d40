import { expect, test } from "vitest";
import { nearestOf, numberedLike, unknownName } from "./nearest.ts";

const rules = ["A-LIST-2", "A-LIST-3", "LIST-1", "PAUSE-1", "PAUSE-4"];

test.each([
  ["PAUS-4", "PAUSE-4"],
  ["PAUSE-44", "PAUSE-4"],
  // Any of the group may be meant.
  ["PAUSE-9", undefined],
  ["PAUSE-99", undefined],
  ["PAUSE", undefined],
  ["A-LIST-99", undefined],
])("nearest to %s is %s", (word, nearest) => {
  expect(nearestOf(word, rules)).toBe(nearest);
});

test("a rule with a number that there is not is answered with the rules of its group", () => {
  expect(numberedLike("A-LIST-99", rules)).toEqual(["A-LIST-2", "A-LIST-3"]);
  expect(
    unknownName("rule", "PAUSE-99", [...rules, ...Array.from({ length: 30 }, (_, place) => `UPDATE-${place}`)]),
  ).toBe('unknown rule "PAUSE-99", must be one of PAUSE-1, PAUSE-4');
});
