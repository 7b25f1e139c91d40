import type { HappeningRecord } from "../world/happening.ts";

/** The path of the metrics, where Prometheus looks for them. */
export const metricsPath = "/metrics";

/** Upper ends of the buckets that durations are counted in, in seconds. */
export const durationBuckets = [
  ...[0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
] as const;

/** The requests of one operation that were answered. */
export interface OperationCounts {
  /** By status; 0 stands for a connection that broke before a response. */
  readonly statuses: Map<number, number>;
  /** Number of durations in each bucket alone; those above the last are in none. */
  readonly buckets: number[];
  /** Number of durations, and their sum. */
  timed: number;
  seconds: number;
}

/**
 * Counts what `/metrics` tells of a mock since its start. To count a request takes well below a microsecond, so that it is
 * done whether anybody asks or not, and the package that writes the figures is loaded by the first who does.
 */
export class Meter {
  /** By the operation's id; empty for requests that reached none. */
  readonly operations = new Map<string, OperationCounts>();
  /** Happenings by their type. */
  readonly happenings = new Map<HappeningRecord["type"], number>();

  /** @param milliseconds undefined for a request that was refused before it was carried out: it would pull durations down */
  countRequest(operation: string, status: number, milliseconds: number | undefined): void {
    let counts = this.operations.get(operation);
    if (!counts) {
      counts = { statuses: new Map(), buckets: durationBuckets.map(() => 0), timed: 0, seconds: 0 };
      this.operations.set(operation, counts);
    }
    counts.statuses.set(status, (counts.statuses.get(status) ?? 0) + 1);
    if (milliseconds === undefined) return;
    const seconds = milliseconds / 1000;
    counts.timed++;
    counts.seconds += seconds;
    for (let place = 0; place < durationBuckets.length; place++) {
      if (seconds <= (durationBuckets[place] as number)) {
        counts.buckets[place] = (counts.buckets[place] ?? 0) + 1;
        return;
      }
    }
  }

  countHappening(type: HappeningRecord["type"]): void {
    this.happenings.set(type, (this.happenings.get(type) ?? 0) + 1);
  }
}
