import { expect, test } from "vitest";
import { historyOf } from "../subjects/target.test-helper.ts";
import { variants } from "../subjects/variants.test-helper.ts";

const mostMs = 600_000;

test.each([
  "site-is-recrawled-once-an-hour",
  "wrong-keys-are-locked-out",
])("nobody waits for what is turned away for many minutes (%s)", async (id) => {
  const variant = variants.find((one) => one.id === id);
  if (!variant) throw new Error(`There is no variant ${id}.`);
  const { exchanges, settings, left } = await historyOf(variant);
  const isLong = (after: string | undefined) => Number(after) > 120;
  expect(exchanges.some(({ response }) => isLong(response?.headers["retry-after"]))).toBe(true);
  expect(settings.endedMs).toBeLessThan(mostMs);
  expect(left).toEqual([]);
});
