import { test } from "vitest";
import { expectReplayed } from "./replay.test-helper.ts";

test.each([
  ["what one widget shows, by its one script", "resume-does-nothing", 1],
  ["what takes a neighbour, by the quiet lane", "recrawl-pauses-a-neighbour", 9],
  ["what only a list shows, by all that was listed", "pages-lose-one-between", 53],
])("%s (%s) is found again by its replay", (_, id, maxScripts) => expectReplayed(id, maxScripts));
