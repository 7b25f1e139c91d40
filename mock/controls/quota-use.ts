import type { components } from "../control-plane/generated/types.ts";
import type { Engine } from "../engine.ts";
import type { Quota, QuotaUse } from "../organizations/quota-meter.ts";
import { addedEndpoints } from "./added-endpoints.ts";

/** What an organization has used of each quota, and the limit in force; nothing is used without a world. */
export function quotaUseOf(
  { quotas, worlds }: Pick<Engine, "quotas" | "worlds">,
  organization: string,
): components["schemas"]["QuotaUse"][] {
  const world = worlds.find(organization);
  const used: QuotaUse = {
    requests_per_second: quotas.requestsOf(organization),
    widgets: world?.widgets.size ?? 0,
    conversations: world?.conversations.size ?? 0,
    endpoints: world ? addedEndpoints(worlds.defaults.endpoints, world.webhooks.endpoints.ids()) : 0,
    deliveries_per_day: quotas.deliveriesOf(organization),
    snapshot_bytes: undefined,
  };
  return Object.entries(used).map(([name, count]) => {
    const quota = name as Quota;
    const limit = quotas.limitOf(organization, quota);
    return { quota, ...(count !== undefined && { used: count }), ...(limit !== undefined && { limit }) };
  });
}
