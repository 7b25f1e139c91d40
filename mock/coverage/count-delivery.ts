import type { components } from "../control-plane/generated/types.ts";
import type { HappeningRecord } from "../world/happening.ts";
import type { StoredDelivery } from "../world/webhooks/delivery.ts";
import type { Endpoint } from "../world/webhooks/endpoint.ts";
import type { Webhooks } from "../world/webhooks/webhooks.ts";
import type { CoverageCounts } from "./coverage-counts.ts";
import { deliveryKey } from "./item-keys.ts";

/** What may happen to an event on its way, as the control plane's document lists it. */
type Circumstance = components["schemas"]["DeliveryCircumstance"];

/** From here on an event is late: the time of the first retry. */
const lateMs = 5000;

/** An attempt, with the deliveries around it. */
interface AttemptToCount {
  readonly at: number;
  readonly attempt: number;
  readonly isAccepted: boolean;
  /** The delivery, and its copy if it is sent twice. */
  readonly copies: readonly StoredDelivery[];
  /** The deliveries to the same endpoint whose events came later. */
  readonly later: readonly StoredDelivery[];
  readonly endpoint: Endpoint | undefined;
}

/** True for what an attempt shows. A circumstance of the document that is left out does not compile. */
const circumstances: { readonly [name in Circumstance]: (attempt: AttemptToCount) => boolean } = {
  duplicate: ({ copies, isAccepted }) => copies.flatMap(acceptedIn).length > (isAccepted ? 1 : 0),
  "out-of-order": ({ later }) => later.some((delivery) => acceptedIn(delivery).length > 0),
  late: ({ at, copies }) => copies.some(({ body }) => at - Date.parse(JSON.parse(body).timestamp) >= lateMs),
  retried: ({ attempt, copies }) => copies.some(({ attempts }) => attempts.length === attempt && hasFailed(attempts)),
  dropped: () => false,
  "wrong-signature": ({ endpoint }) => endpoint?.faults.corruptSignature === true,
};

/** Counts what was special about an attempt that was answered. A receiver that accepts a wrong signature disregards it. */
export function countDelivery(counts: CoverageCounts, happening: HappeningRecord, webhooks: Webhooks): void {
  const attempt = attemptToCount(happening, webhooks);
  if (!attempt.copies.some(({ attempts }) => attempts[attempt.attempt - 1]?.status !== undefined)) return;
  for (const [name, isShown] of Object.entries(circumstances)) {
    if (!isShown(attempt)) continue;
    const isDisregarded = attempt.isAccepted && name === "wrong-signature";
    counts.add(deliveryKey(name), isDisregarded ? { count: 0, disregarded: 1 } : { count: 1, disregarded: 0 });
  }
}

/** Counts an event that an endpoint is never sent. */
export function countDropped(counts: CoverageCounts, { endpoints }: Webhooks): void {
  const dropped: Circumstance = "dropped";
  for (const { faults } of endpoints.values()) if (faults.drop) counts.add(deliveryKey(dropped));
}

function attemptToCount(
  { at, type, attempt = 1, delivery: id, endpoint = "" }: HappeningRecord,
  webhooks: Webhooks,
): AttemptToCount {
  const all = webhooks.deliveries.all().filter((delivery) => delivery.endpoint === endpoint);
  const copies = all.filter((delivery) => delivery.id === id);
  const later = all.slice(all.findLastIndex((delivery) => delivery.id === id) + 1);
  const isAccepted = type === "webhook.delivered";
  return { at, attempt, isAccepted, copies, later, endpoint: webhooks.endpoints.get(endpoint) };
}

function acceptedIn({ attempts }: Pick<StoredDelivery, "attempts">) {
  return attempts.filter(({ status = 0 }) => status >= 200 && status < 300);
}

function hasFailed(attempts: StoredDelivery["attempts"]): boolean {
  const before = attempts.at(-2);
  return before !== undefined && acceptedIn({ attempts: [before] }).length === 0;
}
