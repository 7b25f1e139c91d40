import type { JournalEntry } from "./journal.ts";
import type { Attempt } from "./webhooks/attempt-delivery.ts";
import type { Delivery } from "./webhooks/delivery.ts";

/** Something that happened in a world. */
export interface Happening {
  /** RFC 3339, on the world's clock. */
  readonly at: string;
  readonly type: "widget.moved" | "crawl.succeeded" | "crawl.failed" | "webhook.delivered" | "webhook.failed";
  readonly organization: string;
  readonly widget: string;
  /** The id of the request that it all began with. */
  readonly trace: string;
  /** Of a widget that was moved, by a request or by the end of a crawl: its state before and after (`x-lifecycle`). */
  readonly from?: string;
  readonly to?: string;
  /** Of these too: what the widget shows afterwards. */
  readonly status?: string;
  /** The event that announces it, or that was sent. */
  readonly event?: string;
  /** Of a webhook: the `webhook-id`, where it went, and which attempt it was, from 1. */
  readonly delivery?: string;
  readonly endpoint?: string;
  readonly attempt?: number;
  /** Of a webhook: what the receiver answered, or why it did not. */
  readonly answer?: string;
}

/** All that can be heard of a mock: what it answered, and what happened in it. */
export type StreamEvent = ({ readonly type: "request.answered"; readonly trace: string } & JournalEntry) | Happening;

/** An attempt to deliver a webhook, as a happening of its world. */
export function happeningOfAttempt(
  delivery: Delivery,
  { at, status, error }: Attempt,
): Omit<Happening, "organization"> {
  const delivered = status !== undefined && status >= 200 && status < 300;
  return {
    at: new Date(at).toISOString(),
    type: delivered ? "webhook.delivered" : "webhook.failed",
    widget: delivery.widget,
    trace: delivery.trace,
    event: delivery.event,
    delivery: delivery.id,
    endpoint: delivery.endpoint,
    attempt: delivery.attempts.length,
    answer: status === undefined ? (error ?? "no answer") : String(status),
  };
}
