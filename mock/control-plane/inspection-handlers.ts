import { conversationAsJson } from "../operations/conversations.ts";
import { Refusal } from "../refusal.ts";
import { refuseBody } from "../request/validate-body.ts";
import { hostOf } from "../world/site.ts";
import { usageAsJson } from "./as-json.ts";
import { type ControlHandler, needed } from "./control-call.ts";

/** What the control plane shows that the API does not. */
export const inspectionHandlers = {
  inspectWidget({ world = needed(), id }) {
    if (!world.widgets.has(id)) throw new Refusal("not_found", { values: { id } });
    const { pages = [], domains = [], tools = [] } = world.widgets.belongings(id) ?? {};
    return {
      pages,
      conversations: world.conversations.of(id).map(conversationAsJson),
      domains,
      tools,
      usage_records: usageAsJson(world.usage.records().filter(({ widget }) => widget === id)),
    };
  },
  listUsage: ({ world = needed() }) => ({ usage_records: usageAsJson(world.usage.records()) }),
  changeSite({ world = needed(), body }) {
    const host = hostOf(String(body["site_url"]));
    if (host === undefined) {
      refuseBody([{ pointer: "#/site_url", code: "format", detail: "must be an address with a host" }]);
    }
    return { host, revision: world.sites.change(host) };
  },
} satisfies Record<string, ControlHandler>;
