import type { Rule } from "../../spec/document.ts";
import { withoutPasswords } from "../../spec/shown-url.ts";
import { boundReached } from "../bounds.ts";
import { conversationAsJson } from "../operations/conversations.ts";
import { Refusal } from "../refusal.ts";
import { siteHostOf } from "../world/crawl-plan.ts";
import type { ControlOutput, Controls } from "./control-types.ts";
import { invalidInput } from "./invalid-input.ts";
import { countAssumptions } from "./journal-controls.ts";
import { quotaUseOf } from "./quota-use.ts";
import { onlyWorldIn, worldOfWidget } from "./scope.ts";
import { listWidgetStates, nextOf } from "./widget-states.ts";

type InspectionOperation = "listWidgetStates" | "inspectWidget" | "listUsage" | "changeSite" | "listAssumptions";

/** Controls of state that the API does not show. */
export const inspectionControls: Controls<InspectionOperation> = {
  inspectWidget({ scope, input: { id } }) {
    const world = worldOfWidget(scope, id);
    world.clock.runDueTasks();
    if (!world.widgets.has(id)) throw new Refusal("not_found", { values: { id } });
    const { widget, state } = world.life.find(id);
    const next = widget && nextOf(world, [widget]).get(id);
    const { pages = [], domains = [], tools = [] } = world.life.partsOf(id) ?? {};
    const inspection = {
      organization: world.name,
      state,
      ...(widget && { widget: JSON.parse(scope.engine.widgetJson.textOf(widget)) }),
      ...(next && { next }),
      pages,
      conversations: world.conversations.listByWidget(id).map(conversationAsJson),
      domains,
      tools,
      usage_records: world.usage.records().filter(({ widget }) => widget === id),
    };
    return structuredClone(inspection) as unknown as ControlOutput<"inspectWidget">;
  },

  listWidgetStates,

  listAssumptions({ scope }) {
    const { document, choices } = scope.engine.dialect;
    const counts = countAssumptions(scope);
    const assumed = Object.entries<Rule>(document["x-rules"]).filter(([, { basis }]) => basis === "assumed");
    const chosen: { readonly [rule: string]: string } = choices;
    return {
      assumptions: assumed.map(([rule, { says }]) => ({
        rule,
        says,
        ...(chosen[rule] !== undefined && { choice: chosen[rule] }),
        answers: counts.get(rule) ?? 0,
      })),
    };
  },

  listUsage({ scope }) {
    const world = onlyWorldIn(scope);
    return {
      usage_records: structuredClone([...world.usage.records()]),
      quotas: quotaUseOf(scope.engine, world.organization),
    };
  },

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
