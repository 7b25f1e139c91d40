import type { components } from "../control-plane/generated/types.ts";
import type { Engine } from "../engine.ts";
import type { Quota, QuotaUse } from "../organizations/quota-meter.ts";
import { addedEndpoints } from "./added-endpoints.ts";

/**
 * What an organization has used of each quota, and the limit in force. Nothing is used without a world, unless it is in a
 * database and this process has no copy of it: then that is not known here.
 */
export function quotaUseOf(
  { quotas, worlds, persistence }: Pick<Engine, "quotas" | "worlds" | "persistence">,
  organization: string,
): components["schemas"]["QuotaUse"][] {
  const world = worlds.find(organization);
  const isElsewhere = world === undefined && persistence?.isShared === true;
  const unused = isElsewhere ? undefined : 0;
  const used: QuotaUse = {
    requests_per_second: quotas.requestsOf(organization),
    widgets: world?.widgets.size ?? unused,
    conversations: world?.conversations.size ?? unused,
    endpoints: world ? addedEndpoints(worlds.defaults.endpoints, world.webhooks.endpoints.ids()) : unused,
    deliveries_per_day: isElsewhere ? undefined : quotas.deliveriesOf(organization),
    snapshot_bytes: undefined,
  };
  return Object.entries(used).map(([name, count]) => {
    const quota = name as Quota;
    const limit = quotas.limitOf(organization, quota);
    return { quota, ...(count !== undefined && { used: count }), ...(limit !== undefined && { limit }) };
  });
}
