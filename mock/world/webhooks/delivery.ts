import type { Timer } from "../clock.ts";
import type { Attempt } from "./attempt-delivery.ts";

/** One event on its way to one endpoint. */
export interface Delivery {
  /** The `webhook-id`, the same over all attempts. */
  readonly id: string;
  readonly endpoint: string;
  readonly event: string;
  readonly widget: string;
  /** The id of the request that it all began with. */
  readonly trace: string;
  readonly body: string;
  readonly state: "pending" | "delivered" | "failed" | "dropped" | "cancelled";
  readonly attempts: readonly Attempt[];
}

/** A delivery as the mock keeps it. */
export interface StoredDelivery extends Delivery {
  /** Tells the two copies of a duplicated event apart. */
  readonly key: string;
  state: Delivery["state"];
  readonly attempts: Attempt[];
  /** When it is tried next; none while it is under way, or at its end. */
  timer: Timer | undefined;
}
