import type { Adapter } from "../adapter.ts";

/** How long an adapter may take to answer, in milliseconds of real time. */
const longestAnswerMs = 60_000;

/**
 * An adapter whose members answer, or throw: a run waits for none for ever.
 * @param stop ends all waiting at once
 */
export function patient(adapter: Adapter, stop?: AbortSignal): Adapter {
  return new Proxy(adapter, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...args: readonly unknown[]) => inTime(async () => member.apply(target, args), stop);
    },
  });
}

/**
 * What a task gives.
 * @throws Error where that takes too long
 */
export async function inTime<T>(task: () => Promise<T>, stop?: AbortSignal): Promise<T> {
  let end = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer in ${longestAnswerMs / 1000} s`)), longestAnswerMs);
    const cut = () => reject(new Error("the run was stopped"));
    if (stop?.aborted) cut();
    stop?.addEventListener("abort", cut, { once: true });
    end = () => {
      clearTimeout(timer);
      stop?.removeEventListener("abort", cut);
    };
  });
  return Promise.race([task(), late]).finally(end);
}
