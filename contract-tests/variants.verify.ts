import { expect, test } from "vitest";
import { fileOfVariant, hint, readGolden } from "./golden/golden.test-helper.ts";
import { missingFrom } from "./golden/stale.test-helper.ts";
import { alarmsOn } from "./subjects/target.test-helper.ts";
import { variants } from "./subjects/variants.test-helper.ts";

test.each(variants)("$says ($id) is honest, and spared", async (variant) => {
  const { alarms, history } = await alarmsOn(variant);
  expect(alarms).toEqual([]);
  expect(missingFrom(history, readGolden(fileOfVariant(variant)).history), hint).toEqual([]);
});
