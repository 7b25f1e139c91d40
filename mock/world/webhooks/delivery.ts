import type { components } from "../../control-plane/generated/types.ts";
import type { Timer } from "../clock.ts";

/** An event and its delivery to one endpoint. */
export type Delivery = components["schemas"]["Delivery"];

/** A delivery as a world stores it. */
export interface StoredDelivery extends Delivery {
  /** Differs between the two copies of a duplicated event. */
  readonly key: string;
  /** When the next attempt is due; undefined while one is in progress, and after the last. */
  timer: Timer | undefined;
}

/** Copies a delivery without its internal members. */
export function deliveryAsJson({ key, timer, ...delivery }: StoredDelivery): Delivery {
  return structuredClone(delivery);
}
