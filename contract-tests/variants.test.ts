import { expect, test } from "vitest";
import { alarmsOn } from "./subjects/target.test-helper.ts";
import { variants } from "./subjects/variants.test-helper.ts";

/** A sample over all kinds; `npm run verify` tries every variant. */
const sample = variants.filter((_, n) => n % 22 === 0);

test.each(sample)("$says ($id) is honest, and spared", async (variant) => {
  const { alarms } = await alarmsOn(variant);
  expect(alarms).toEqual([]);
});
