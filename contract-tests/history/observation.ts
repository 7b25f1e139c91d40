import type { ObservedWhen } from "../../spec/generated/steps.ts";
import type { Json } from "../../spec/merge-patch.ts";
import type { Origin } from "./origin.ts";

export type { ObservedWhen } from "../../spec/generated/steps.ts";

/** What an adapter has told, as a history keeps it. */
export interface Observation {
  /** The adapter's member. */
  readonly member: string;
  /** The step that asked; left out where the run itself did. */
  readonly origin?: Origin;
  /** The run's own name of the widget that it is about; empty where it is about none. */
  readonly widget: string;
  /** Left out where it is about no widget. */
  readonly when?: ObservedWhen;
  /** Its place among the starts and ends of calls, as in `Exchange`. */
  readonly came: number;
  readonly t0: number;
  readonly t1: number;
  /** Undefined where the member threw. */
  readonly result?: Json;
  /** What it threw: a fault of the adapter. */
  readonly error?: string;
}
