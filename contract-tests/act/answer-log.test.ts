import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Exchange, SeenResponse } from "../history/exchange.ts";
import { AnswerLog } from "./answer-log.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const ok: SeenResponse = { status: 200, headers: {}, body: {} };

function exchangeOf(operation: string, ended: Partial<Exchange>): Exchange {
  const times = { t0: 0, t1: 0, began: 1, ended: 2 };
  return { n: 1, operation, caller: "own", ...times, request: { method: "POST", path: "/" }, ...ended };
}

/** A log that has seen so many answers, each as fast. */
function logAfter(answers: number, tookMs: number): AnswerLog {
  const log = new AnswerLog(60_000);
  for (let n = 0; n < answers; n++) log.note(exchangeOf("getWidget", { response: ok }), tookMs);
  return log;
}

/** A call is given up when its time is over. */
function giveUp(log: AnswerLog, operation: string): void {
  const waited = log.timeoutMs(operation);
  vi.advanceTimersByTime(waited);
  log.note(exchangeOf(operation, { isGivenUp: true, error: "no answer" }), waited);
}

test("what is asked first is waited for as long as may be, unless something was answered before the run", () => {
  expect(new AnswerLog(60_000).timeoutMs("createWidget")).toBe(60_000);
  const before = [exchangeOf("listWidgets", { response: ok, t1: 200 })];
  expect(new AnswerLog(60_000, before).timeoutMs("createWidget")).toBe(20_000);
});

test("an operation that is not answered while others are answered promptly is known not to work within half a minute", () => {
  const log = logAfter(20, 100);
  const began = Date.now();
  for (let calls = 0; calls < 3; calls++) {
    expect(log.neverWorks("pauseWidget")).toBe(false);
    giveUp(log, "pauseWidget");
  }
  expect(log.neverWorks("pauseWidget")).toBe(true);
  expect(Date.now() - began).toBeLessThanOrEqual(30_000);
  expect(log.timeoutMs("pauseWidget")).toBe(2000);
  expect(log.timeoutMs("getWidget")).toBe(20_000);
});

test("calls that hang at the same time are one fault, which may pass", () => {
  const log = logAfter(20, 100);
  const waited = log.timeoutMs("pauseWidget");
  vi.advanceTimersByTime(waited);
  for (let calls = 0; calls < 10; calls++) log.note(exchangeOf("pauseWidget", { isGivenUp: true }), waited);
  expect(log.neverWorks("pauseWidget")).toBe(false);
});

test("of a target that has answered slowly once nobody gives up soon", () => {
  expect(logAfter(20, 8000).timeoutMs("pauseWidget")).toBe(60_000);
});

test("what is answered late is waited for longer from then on, and works", () => {
  const log = logAfter(20, 100);
  giveUp(log, "pauseWidget");
  giveUp(log, "pauseWidget");
  log.noteLate("pauseWidget", 12_000);
  expect(log.timeoutMs("pauseWidget")).toBe(60_000);
  giveUp(log, "pauseWidget");
  expect(log.neverWorks("pauseWidget")).toBe(false);
});
