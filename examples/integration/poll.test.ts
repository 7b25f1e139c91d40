import { expect, it } from "vitest";
import { poll } from "./poll.ts";
import { RefusedError } from "./refused-error.ts";

it("sleeps longer and longer, and exactly up to the deadline", async () => {
  const sleeps: number[] = [];
  const sleep = async (ms: number) => void sleeps.push(ms);
  const found = await poll(sleep, 20_000, async () => undefined);
  expect(found).toBeUndefined();
  expect(sleeps.slice(0, 3)).toEqual([1_000, 1_500, 2_250]);
  expect(Math.max(...sleeps)).toBe(5_000);
  expect(sleeps.reduce((sum, ms) => sum + ms)).toBe(20_000);
});

it("looks again after an answer that says later, and stops at any other refusal", async () => {
  const answers = [429, 503, 401];
  const look = async () => {
    const status = answers.shift() ?? 200;
    throw new RefusedError(`refused with ${status}`, status, undefined);
  };
  await expect(poll(async () => {}, 20_000, look)).rejects.toThrow("refused with 401");
});
