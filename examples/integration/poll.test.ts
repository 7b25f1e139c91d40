import { expect, it } from "vitest";
import { ApiError } from "./api-error.ts";
import { poll } from "./poll.ts";

it("sleeps longer and longer, and exactly up to the deadline", async () => {
  const sleeps: number[] = [];
  const sleep = async (ms: number) => void sleeps.push(ms);
  const found = await poll(sleep, 20_000, async () => undefined);
  expect(found).toBeUndefined();
  expect(sleeps.slice(0, 3)).toEqual([1_000, 1_500, 2_250]);
  expect(Math.max(...sleeps)).toBe(5_000);
  expect(sleeps.reduce((sum, ms) => sum + ms)).toBe(20_000);
});

it("continues after a response that means later, and stops at any other error", async () => {
  const statuses = [429, 503, 401];
  const look = async () => {
    const status = statuses.shift() ?? 200;
    throw new ApiError(`rejected with ${status}`, status, undefined);
  };
  await expect(poll(async () => {}, 20_000, look)).rejects.toThrow("rejected with 401");
});
