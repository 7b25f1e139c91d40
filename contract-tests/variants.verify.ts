import { expect, test } from "vitest";
import { alarmsOf } from "./subjects/target.test-helper.ts";
import { variants } from "./subjects/variants.test-helper.ts";

test.each(variants)("$says ($id) is honest, and spared", async (variant) => {
  expect(await alarmsOf(variant)).toEqual([]);
});
