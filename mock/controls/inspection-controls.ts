import { withoutPasswords } from "../../spec/shown-url.ts";
import { boundReached } from "../bounds.ts";
import { conversationAsJson } from "../operations/conversations.ts";
import { Refusal } from "../refusal.ts";
import { siteHostOf } from "../world/crawl-plan.ts";
import type { ControlOutput, Controls } from "./control-types.ts";
import { invalidInput } from "./invalid-input.ts";
import { onlyWorldIn } from "./scope.ts";

/** Controls of state that the API does not show. */
export const inspectionControls: Controls<"inspectWidget" | "listUsage" | "changeSite"> = {
  inspectWidget({ scope, input: { id } }) {
    const world = onlyWorldIn(scope);
    if (!world.widgets.has(id)) throw new Refusal("not_found", { values: { id } });
    const { pages = [], domains = [], tools = [] } = world.partsOf(id) ?? {};
    const inspection = {
      pages,
      conversations: world.conversations.listByWidget(id).map(conversationAsJson),
      domains,
      tools,
      usage_records: world.usage.records().filter(({ widget }) => widget === id),
    };
    return structuredClone(inspection) as unknown as ControlOutput<"inspectWidget">;
  },

  listUsage: ({ scope }) => ({ usage_records: structuredClone([...onlyWorldIn(scope).usage.records()]) }),

  changeSite({ scope, input: { site_url: url } }) {
    const world = onlyWorldIn(scope);
    const host = siteHostOf(url);
    if (host === undefined)
      throw invalidInput("site_url", `site_url must be a URL with a host, got "${withoutPasswords(url)}"`);
    const { bounds } = scope.engine;
    if (world.sites.isNew(host) && world.sites.size >= bounds.maxChangedSites) {
      throw boundReached("maxChangedSites", bounds);
    }
    return { host, revision: world.sites.change(host) };
  },
};
