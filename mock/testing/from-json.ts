import type { RuleId } from "../../spec/generated/rules.ts";
import type { components } from "../control-plane/generated/types.ts";
import type { JournalEntry } from "../world/journal.ts";
import type { Attempt } from "../world/webhooks/attempt-delivery.ts";
import type { Delivery } from "../world/webhooks/delivery.ts";

export type Schemas = components["schemas"];

/** A delivery as the control plane tells it: not how long its receiver asked to wait. */
export interface ToldDelivery extends Omit<Delivery, "attempts"> {
  readonly attempts: readonly Omit<Attempt, "retryAfterSeconds">[];
}

/** An answer as the journal has it, from how the control plane shows it; a key is told by a word. */
export function entryFromJson(entry: Schemas["Request"]): JournalEntry {
  const { request_id: requestId, at, organization, operation, code, rule, faults, assumed, ...others } = entry;
  return {
    ...others,
    requestId,
    at: Date.parse(at),
    organization,
    operation,
    code,
    rule: rule as RuleId | undefined,
    assumed: assumed as RuleId[],
    ...(faults ? { faults } : {}),
  };
}

export function deliveryFromJson({ attempts, ...delivery }: Schemas["Delivery"]): ToldDelivery {
  return {
    ...delivery,
    attempts: attempts.map(({ at, headers, status, error, response, durationMs }) => ({
      at: Date.parse(at),
      headers: headers as Record<string, string>,
      status,
      response,
      error,
      durationMs,
    })),
  };
}
