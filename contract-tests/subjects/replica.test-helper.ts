import { createMock } from "../../mock/index.ts";
import { type Call, replyOf, requestOf } from "./call.test-helper.ts";
import { exclusive, type Wrapper } from "./layer.test-helper.ts";

/** Longer than any read may lag behind. */
export const tooLateMs = 10_000;

/** A call that changes something, and when it was made. */
interface Write {
  readonly at: number;
  readonly call: Call;
}

/**
 * Lets reads show what was true some time ago: they are answered by a second mock, which is sent every write so much
 * later, on a clock that is so much behind.
 * @param lagMs how far the second mock is behind
 * @param reads the operations that it answers
 */
export function lagging(lagMs: number, reads: readonly string[]): Wrapper {
  return ({ mock, options, now }) => {
    const start = new Date(Date.parse(mock.clock.get().now) - lagMs).toISOString();
    const replica = createMock({ ...options, clock: `manual@${start}`, webhooks: [] });
    const writes: Write[] = [];
    const advanceTo = (time: number) => {
      const now = Date.parse(replica.clock.get().now);
      replica.clock.advance({ seconds: Math.max(0, time - now) / 1000 });
    };
    const catchUp = async (time: number) => {
      for (let due = writes[0]; due && due.at <= time; due = writes[0]) {
        writes.shift();
        advanceTo(due.at);
        await replica.fetch(requestOf(due.call));
      }
      advanceTo(time);
    };
    // Both mocks must see the writes in one order, or they would name things differently.
    const write = exclusive((call, next) => {
      writes.push({ at: now(call), call });
      return next(call);
    });
    let busy = Promise.resolve();
    return async (call, next) => {
      if (call.operation !== undefined && reads.includes(call.operation)) {
        const time = now(call) - lagMs;
        busy = busy.then(() => catchUp(time));
        await busy;
        return replyOf(await replica.fetch(requestOf(call)));
      }
      return isWrite(call) ? write(call, next) : next(call);
    };
  };
}

/** Of the control plane, what changes sites counts; time is told by the clock. */
function isWrite({ method, path }: Call): boolean {
  return method !== "GET" && (!path.startsWith("/_mock/") || path === "/_mock/sites/change");
}
