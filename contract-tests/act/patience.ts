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

/** Where nobody waits any longer for an adapter. */
class NotInTimeError extends Error {
  override readonly name = "NotInTimeError";
}

/**
 * What a task gives, or gives when it is tried again: of the connections that an adapter keeps, the server may have closed one
 * since it was used last.
 */
export async function inTwoTries<T>(task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    if (error instanceof NotInTimeError) throw error;
    return task();
  }
}

/**
 * What a task gives.
 * @throws NotInTimeError where that takes too long
 */
export async function inTime<T>(task: () => Promise<T>, stop?: AbortSignal): Promise<T> {
  let end = (): void => undefined;
  const late = new Promise<never>((_, reject) => {
    const timer = setTimeout(
      () => reject(new NotInTimeError(`no answer in ${longestAnswerMs / 1000} s`)),
      longestAnswerMs,
    );
    const cut = () => reject(new NotInTimeError("the run was stopped"));
    if (stop?.aborted) cut();
    stop?.addEventListener("abort", cut, { once: true });
    end = () => {
      clearTimeout(timer);
      stop?.removeEventListener("abort", cut);
    };
  });
  return Promise.race([task(), late]).finally(end);
}
