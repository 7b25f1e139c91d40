import { type CrawlMode, parseCrawlMode } from "../world/crawl-mode.ts";
import { endOfTime, startOfTime, Time, type TimeState } from "../world/time.ts";
import { snapshotRejected } from "./snapshot-rejected.ts";

/** The time of a clock as a snapshot has it. */
export interface ClockTime {
  readonly running: boolean;
  readonly ms: number;
}

export function clockTimeOf(time: TimeState): ClockTime {
  return { running: time.running, ms: time.running ? time.aheadMs : time.at };
}

/**
 * Reads the time at a place of a snapshot.
 * @throws Refusal for one that RFC 3339 cannot express
 */
export function timeAt(place: string, { running, ms }: ClockTime): TimeState {
  const time: TimeState = running ? { running, aheadMs: ms } : { running, at: ms };
  const now = new Time(time).now();
  if (now >= startOfTime && now <= endOfTime) return time;
  throw snapshotRejected(place, "must be from the year 0 to the year 9999");
}

/**
 * Reads the crawl mode at a place of a snapshot.
 * @throws Refusal for one that there is not
 */
export function crawlModeAt(place: string, text: string): CrawlMode {
  try {
    return parseCrawlMode(text);
  } catch (error) {
    throw snapshotRejected(place, `is an ${(error as Error).message}`);
  }
}
