import { monitorEventLoopDelay } from "node:perf_hooks";

// Loaded into the mock's process before it: says how it is whenever it is asked.
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();

process.on("message", () => {
  const longestDelayMs = delay.max / 1e6;
  globalThis.gc();
  const { heapUsed, external, rss } = process.memoryUsage();
  process.send({ usedBytes: heapUsed + external, residentBytes: rss, longestDelayMs });
  // The collection is ours.
  setImmediate(() => delay.reset());
});
