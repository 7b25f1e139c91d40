import { monitorEventLoopDelay } from "node:perf_hooks";
import { setImmediate as nextTask } from "node:timers/promises";

/** How late timers were while something went on: in milliseconds, the time between two looks included. */
export interface LoopDelay {
  readonly p999Ms: number;
  readonly longestMs: number;
}

const betweenLooksMs = 1;

/** Measures the delay of the event loop while something is done again and again, each time in a task of its own. */
export async function loopDelayOf(doOnce: () => unknown, seconds: number): Promise<LoopDelay> {
  const histogram = monitorEventLoopDelay({ resolution: betweenLooksMs });
  const end = performance.now() + 1000 * seconds;
  histogram.enable();
  while (performance.now() < end) {
    await doOnce();
    await nextTask();
  }
  histogram.disable();
  return { p999Ms: histogram.percentile(99.9) / 1e6, longestMs: histogram.max / 1e6 };
}
