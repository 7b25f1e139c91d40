import { conversationAsJson } from "../operations/conversations.ts";
import { Refusal } from "../refusal.ts";
import { rejectBody } from "../request/validate-body.ts";
import { siteHostOf } from "../world/crawl-plan.ts";
import { usageAsJson } from "./as-json.ts";
import { type ControlHandler, needed } from "./control-call.ts";

/** What the control plane shows that the API does not. */
export const inspectionHandlers = {
  inspectWidget({ world = needed(), id }) {
    if (!world.widgets.has(id)) throw new Refusal("not_found", { values: { id } });
    const { pages = [], domains = [], tools = [] } = world.widgets.partsOf(id) ?? {};
    return {
      pages,
      conversations: world.conversations.listByWidget(id).map(conversationAsJson),
      domains,
      tools,
      usage_records: usageAsJson(world.usage.records().filter(({ widget }) => widget === id)),
    };
  },
  listUsage: ({ world = needed() }) => ({ usage_records: usageAsJson(world.usage.records()) }),
  changeSite({ world = needed(), body }) {
    const host = siteHostOf(String(body["site_url"]));
    if (host === undefined) {
      rejectBody([{ pointer: "#/site_url", code: "format", detail: "must be an address with a host" }]);
    }
    return { host, revision: world.sites.change(host) };
  },
} satisfies Record<string, ControlHandler>;
