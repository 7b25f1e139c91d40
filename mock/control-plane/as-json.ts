import type { JsonObject } from "../../spec/merge-patch.ts";
import type { Engine } from "../engine.ts";
import { redactOrganization } from "../redact-organization.ts";
import type { Happening, StreamEvent } from "../world/happening.ts";
import type { JournalEntry } from "../world/journal.ts";
import type { UsageRecord } from "../world/usage.ts";
import type { Delivery } from "../world/webhooks/delivery.ts";
import { toRfc3339 } from "../world/widget.ts";

/** An answer as the journal shows it. */
export function entryAsJson({ keys }: Engine, { requestId, at, organization, ...entry }: JournalEntry): object {
  const whose = organization === undefined ? {} : { organization: redactOrganization(organization, keys) };
  return { request_id: requestId, at: new Date(at).toISOString(), ...whose, ...entry };
}

export function happeningAsJson({ keys }: Engine, happening: Happening): object {
  return { ...happening, organization: redactOrganization(happening.organization, keys) };
}

/** Anything that can be heard of a mock, with its type and its trace. */
export function occurrenceAsJson(engine: Engine, occurrence: StreamEvent): object {
  if (occurrence.type !== "request.answered") return happeningAsJson(engine, occurrence);
  const { type, trace, ...entry } = occurrence;
  return { type, trace, ...entryAsJson(engine, entry) };
}

export function usageAsJson(records: readonly UsageRecord[]): object[] {
  return records.map(({ at, ...record }) => ({ at: toRfc3339(at), ...record }));
}

export function deliveryAsJson({ id, trace, endpoint, event, widget, state, body, attempts }: Delivery): object {
  const tried = attempts.map(({ at, retryAfterSeconds, ...attempt }): JsonObject => {
    return { ...(attempt as unknown as JsonObject), at: new Date(at).toISOString() };
  });
  return { id, trace, endpoint, event, widget, state, body, attempts: tried };
}
