import { expect, test } from "vitest";
import { expectReplayed } from "./replay.test-helper.ts";
import { replayOf } from "./replay.ts";

test("what one widget shows, by its one script, is found again by its replay", () =>
  expectReplayed("resume-does-nothing", 1, { effort: "quick" }));

test.each([
  [{ rule: "PAUSE-1" }],
  [{ scripts: [] }],
  [{ scripts: [{ id: "one", draft: [], live: [{ operation: "listWidgets" }] }] }],
  [null],
])("%j is no counterexample", (file) => {
  expect(() => replayOf(file)).toThrow(/this is no counterexample/);
});
