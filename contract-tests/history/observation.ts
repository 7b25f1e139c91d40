import type { Json } from "../../spec/merge-patch.ts";

/** What an adapter has told, as a history keeps it. */
export interface Observation {
  /** The adapter's member. */
  readonly member: string;
  /** The run's own name of the widget that it is about; empty where it is about none. */
  readonly widget: string;
  /** What was done just before, in the words of `visitor-lane.ts`; empty where nothing was. */
  readonly when: string;
  /** Its place among the starts and ends of calls, as in `Exchange`. */
  readonly came: number;
  readonly t0: number;
  readonly t1: number;
  /** Undefined where the member threw. */
  readonly result?: Json;
  /** What it threw: a fault of the adapter. */
  readonly error?: string;
}
