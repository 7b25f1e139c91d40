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
  ["update-answers-204-and-nothing", { "A-PATCH-5": "updateWidget returns 204" }],
  ["repeated-pause-is-answered-422", { "A-PAUSE-2": expect.stringContaining("of a paused widget returns 422") }],
  ["refusals-are-a-message", { "A-ERR-1": "errors are application/json with message" }],
  ["theme-is-replaced-whole", { "A-PATCH-1": "a partial theme replaces the whole theme" }],
])("%s is described in words, which the mock skips", async (id, unsupported) => {
  const { dialect } = await reportOn(variantOf(id).build(startTime));
  expect(dialect).toMatchObject({ unsupported });
  const started = healthy({ dialect });
  expect(started.mock.dialect.unsupported).toEqual(dialect["unsupported"]);
  started.close();
});
