import { expect, test } from "vitest";
import { runInVirtualTime } from "./virtual-time.ts";

const start = Date.parse("2026-01-01T00:00:00Z");

/** A clock of a mock that counts how far it was advanced. */
function makeClock() {
  let seconds = 0;
  return {
    get: () => ({ now: new Date(start + seconds * 1000).toISOString() }),
    advance: (input: { readonly seconds: number }) => {
      seconds += input.seconds;
    },
    seconds: () => seconds,
  };
}

/** A server whose answer comes when it has been looked for so many times, however long that takes. */
function answeringAtLook(last: number) {
  let looks = 0;
  let give: () => void = () => undefined;
  const answer = new Promise<void>((resolve) => {
    give = resolve;
  });
  const isAsked = () => {
    if (++looks === last) give();
    return looks < last;
  };
  return { answer, isAsked };
}

const oneTurn = () => new Promise((resolve) => void setImmediate(resolve));

// A client that has the answer may still parse it, in some turns, before it clears the timer of its own limit.
test.each([
  1, 3, 5, 6, 12, 20,
])("no time passes before a client has used an answer that came at look %i", async (last) => {
  const clock = makeClock();
  const { answer, isAsked } = answeringAtLook(last);
  await runInVirtualTime(clock, { limitSeconds: 60, isAsked }, async () => {
    const limit = setTimeout(() => undefined, 10_000);
    await answer;
    for (let turn = 0; turn < 3; turn++) await oneTurn();
    clearTimeout(limit);
    expect(Date.now()).toBe(start);
  });
  expect(clock.seconds()).toBe(0);
});

test("time passes for an answer that waits for it", async () => {
  const clock = makeClock();
  await runInVirtualTime(clock, { limitSeconds: 60, isAsked: () => true }, async () => {
    await new Promise<void>((resolve) => void setTimeout(resolve, 10_000));
  });
  expect(clock.seconds()).toBe(10);
});
