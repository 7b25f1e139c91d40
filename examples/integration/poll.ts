import { RefusedError } from "./refused-error.ts";

export type Sleep = (milliseconds: number) => Promise<void>;

const firstStepMs = 1_000;
const longestStepMs = 5_000;

/**
 * Looks until something is found, at first every second and then less often; undefined when the deadline has passed.
 *
 * It sleeps before it looks, since a read may lag behind the write before it. Time is the sum of the sleeps, so that a
 * test can hand over a sleep that takes none.
 */
export async function poll<Found>(
  sleep: Sleep,
  deadlineMs: number,
  look: () => Promise<Found | undefined>,
): Promise<Found | undefined> {
  let stepMs = firstStepMs;
  for (let leftMs = deadlineMs; leftMs > 0; leftMs -= stepMs, stepMs = Math.min(stepMs * 1.5, longestStepMs)) {
    await sleep(Math.min(stepMs, leftMs));
    const found = await unlessBusy(look);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A service that is busy or down for a moment is no reason to stop: the next look may be answered. */
async function unlessBusy<Found>(look: () => Promise<Found | undefined>): Promise<Found | undefined> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof RefusedError && (error.status === 429 || error.status >= 500)) return undefined;
    throw error;
  }
}
