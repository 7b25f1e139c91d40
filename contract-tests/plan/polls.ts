const shortestPollMs = 1000;
const longestPollMs = 5000;

/** How long to wait before the next poll for the end of crawls, in milliseconds, where they have been waited for as long. */
export function pollPauseMs(waitedMs: number): number {
  return Math.min(longestPollMs, Math.max(shortestPollMs, waitedMs / 10));
}

/** How many polls it takes to see the end of a crawl that takes as long, in milliseconds. */
export function pollsUntil(crawlMs: number): number {
  let polls = 0;
  for (let waitedMs = 0; waitedMs < crawlMs; polls++) waitedMs += pollPauseMs(waitedMs);
  return polls;
}

/** How many widgets are read just because of an event. */
export const mostReadyReads = 6;
