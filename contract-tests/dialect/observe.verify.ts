import { expect, test } from "vitest";
import { healthy } from "../subjects/build.test-helper.ts";
import { reportOn, startTime } from "../subjects/target.test-helper.ts";
import { variants } from "../subjects/variants.test-helper.ts";

function variantOf(id: string) {
  const found = variants.find((variant) => variant.id === id);
  if (!found) throw new Error(`There is no variant ${id}.`);
  return found;
}

test.each([
  ["list-is-a-bare-array", { "A-LIST-1": "a bare array, the next page is in Link" }],
  ["update-answers-204-and-nothing", { "A-PATCH-5": "updateWidget is answered 204" }],
  ["repeated-pause-is-answered-422", { "A-PAUSE-2": expect.stringContaining("of a paused widget is answered 422") }],
  ["refusals-are-a-message", { "A-ERR-1": "refusals are application/json with message" }],
  ["theme-is-replaced-whole", { "A-PATCH-1": "a theme that is sent in part replaces the whole" }],
])("%s is told in words that no choice has, and the mock reads past them", async (id, unsupported) => {
  const { dialect } = await reportOn(variantOf(id).build(startTime));
  expect(dialect).toMatchObject({ unsupported });
  const started = healthy({ dialect });
  expect(started.mock.dialect.unsupported).toEqual(dialect["unsupported"]);
  started.close();
});
