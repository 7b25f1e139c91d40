import { ApiError } from "./api-error.ts";

export type Sleep = (milliseconds: number) => Promise<void>;

const firstStepMs = 1_000;
const maxStepMs = 5_000;

/**
 * Calls `look` until it finds something, every second at first and then less often. Returns undefined at the deadline.
 *
 * It sleeps before it looks, because a read may lag behind the write before it. Time is the sum of the sleeps, so that a
 * test can pass a sleep that takes none.
 */
export async function poll<Found>(
  sleep: Sleep,
  deadlineMs: number,
  look: () => Promise<Found | undefined>,
): Promise<Found | undefined> {
  let stepMs = firstStepMs;
  for (let leftMs = deadlineMs; leftMs > 0; leftMs -= stepMs, stepMs = Math.min(stepMs * 1.5, maxStepMs)) {
    await sleep(Math.min(stepMs, leftMs));
    const found = await unlessBusy(look);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Ignores that the service is busy or down for a moment: the next look may succeed. */
async function unlessBusy<Found>(look: () => Promise<Found | undefined>): Promise<Found | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof ApiError && (error.status === 429 || error.status >= 500)) return undefined;
    throw error;
  }
}
