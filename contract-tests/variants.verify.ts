import { expect, test } from "vitest";
import { alarmsOn } from "./subjects/target.test-helper.ts";
import { variants } from "./subjects/variants.test-helper.ts";

test.each(variants)("$says ($id) is honest, and spared", async (variant) => {
  const { alarms } = await alarmsOn(variant);
  expect(alarms).toEqual([]);
});
