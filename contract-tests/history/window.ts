import type { Wait } from "./history.ts";

const shortestMs = 5000;
const longestMs = 90_000;
const perCrawl = 1.5;

/** How long a window is in which nothing may change, in milliseconds. */
export function windowMs(longestCrawlMs: number): number {
  return Math.min(longestMs, Math.max(shortestMs, perCrawl * longestCrawlMs));
}

/** How long to wait between two reads in a window, in milliseconds. */
export function readPauseMs(windowLengthMs: number): number {
  return windowLengthMs / 8;
}

/** How long an event is waited for, in milliseconds: those that overtake each other may come ten seconds late. */
export function eventWindowMs(longestCrawlMs: number): number {
  return Math.max(15_000, windowMs(longestCrawlMs));
}

/** The longest time from the beginning of a create to a view of the active widget: no first crawl was longer. */
export function longestOf(waits: readonly Wait[]): number {
  return Math.max(...waits.filter(({ ended }) => ended === "active").map(({ began, to }) => to - began));
}

/** The shortest time that was waited for a first crawl. */
export function fastestOf(waits: readonly Wait[]): number {
  return Math.min(...waits.filter(({ ended }) => ended === "active").map(({ from, to }) => to - from));
}
