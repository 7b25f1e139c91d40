import type { Adapter } from "../adapter.ts";

/** How long an adapter may take to answer, in milliseconds of real time. */
export const longestAnswerMs = 60_000;

/**
 * An adapter whose members answer, or throw: a run waits for none for ever.
 * @param longestMs in milliseconds
 */
export function patient(adapter: Adapter, longestMs = longestAnswerMs): Adapter {
  return new Proxy(adapter, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: readonly unknown[]) => inTime(Promise.resolve(member.apply(target, args)), longestMs);
    },
  });
}

/**
 * What a promise gives.
 * @throws Error where that takes too long
 */
async function inTime<T>(promise: Promise<T>, longestMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${longestMs / 1000} s`)), longestMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
