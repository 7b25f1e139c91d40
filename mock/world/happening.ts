import type { components } from "../control-plane/generated/types.ts";
import type { JournalEntry } from "../journal/journal-entry.ts";
import { toPreciseRfc3339 } from "./rfc3339.ts";
import type { Attempt } from "./webhooks/attempt-delivery.ts";
import type { StoredDelivery } from "./webhooks/delivery.ts";

/** Something that happened in a world: a change of state, the end of a crawl, an attempt to deliver. */
export type Happening = components["schemas"]["Happening"];

/** A happening as a world stores it. It is made into a Happening when somebody listens, or when it is read. */
export type HappeningRecord = Omit<Happening, "at" | "organization"> & {
  /** Milliseconds since the epoch. */
  readonly at: number;
};

/** Makes the JSON of a happening of an organization. */
export function happeningOf(record: HappeningRecord, organization: string): Happening {
  return { ...record, at: toPreciseRfc3339(record.at), organization };
}

/** A response of the API, or something that happened later, as the event stream sends it. */
export type StreamEvent = ({ readonly type: "request.answered"; readonly trace: string } & JournalEntry) | Happening;

/** An attempt to deliver a webhook, as a happening of its world. */
export function happeningOfAttempt(delivery: StoredDelivery, { at, status, error }: Attempt): HappeningRecord {
  const delivered = status !== undefined && status >= 200 && status < 300;
  return {
    at: Date.parse(at),
    type: delivered ? "webhook.delivered" : "webhook.failed",
    widget: delivery.widget,
    trace: delivery.trace,
    event: delivery.event,
    delivery: delivery.id,
    endpoint: delivery.endpoint,
    attempt: delivery.attempts.length,
    answer: [status, error].filter((part) => part !== undefined).join(", ") || "no answer",
  };
}
