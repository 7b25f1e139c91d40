import type { Json } from "../../spec/merge-patch.ts";

/** An event about a widget of the run, as a receiver got it. Of other events nothing is kept. */
export interface SeenEvent {
  /** The run's own name of the widget that it is about. */
  readonly widget: string;
  /** Whether it calls itself `widget.ready`, wherever it says so. */
  readonly isReady: boolean;
  /** Milliseconds since the run began, on the target's clock where the run moves it. */
  readonly t: number;
  /** Its place among the starts and ends of calls, as in `Exchange`. */
  readonly came: number;
  /** Whether its signature is one by Standard Webhooks 1.0 with the secret that the run knows; undefined where it knows none. */
  readonly isSigned?: boolean;
  /** Its `webhook-id`, where it has one: the same over all attempts to deliver it. */
  readonly id?: string;
  readonly body: Json;
}
