import { expect, test } from "vitest";
import { mutants } from "../subjects/mutants.test-helper.ts";
import type { Subject } from "../subjects/subject.test-helper.ts";
import { reportOn, startTime } from "../subjects/target.test-helper.ts";
import { replayOf } from "./replay.ts";

function built(id: string): Subject {
  const found = mutants.find((one) => one.id === id);
  if (!found) throw new Error(`There is no mutant ${id}.`);
  return found.build(startTime);
}

test.each([
  ["what one widget shows, by its one script", "resume-does-nothing", 1],
  ["what takes a neighbour, by the quiet lane", "recrawl-pauses-a-neighbour", 7],
  ["what only a list shows, by all that was listed", "pages-lose-one-between", 39],
])("%s (%s) is found again by its replay", async (_, id, count) => {
  const rule = mutants.find((one) => one.id === id)?.rule;
  const { rules } = await reportOn(built(id));
  const scripts = rules.find((one) => one.id === rule)?.story?.scripts ?? [];
  expect(scripts.length).toBeLessThanOrEqual(count);
  const replay = replayOf(JSON.parse(JSON.stringify({ rule, scripts })));
  const again = await reportOn(built(id), { replay });
  expect(again.rules.find((one) => one.id === rule)?.verdict).toBe("fail");
});

test.each([
  [{ rule: "PAUSE-1" }],
  [{ scripts: [] }],
  [{ scripts: [{ id: "one", draft: [], live: [{ call: "listWidgets" }] }] }],
  [null],
])("%j is no counterexample", (file) => {
  expect(() => replayOf(file)).toThrow(/this is no counterexample/);
});
