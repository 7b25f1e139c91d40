import type { components } from "../../control-plane/generated/types.ts";
import type { Timer } from "../clock.ts";

/** An event and its delivery to one endpoint. */
export type Delivery = components["schemas"]["Delivery"];

/** A delivery as the mock keeps it. */
export interface StoredDelivery extends Delivery {
  /** Tells the two copies of a duplicated event apart. */
  readonly key: string;
  /** When the next attempt is due; undefined while one is in progress, and after the last. */
  timer: Timer | undefined;
}

/** A copy, without what is internal. */
export function deliveryAsJson({ key, timer, ...delivery }: StoredDelivery): Delivery {
  return structuredClone(delivery);
}
