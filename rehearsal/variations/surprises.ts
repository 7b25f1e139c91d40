import type { Choice, WidgetsDocument } from "../../spec/document.ts";
import { isJsonObject, type JsonObject } from "../../spec/merge-patch.ts";
import type { Met } from "../met.ts";
import { needsList, pagesOf } from "./assumptions.ts";
import type { VariationSource } from "./create-variations.ts";
import type { DeliverySetup, Variation } from "./variation.ts";

type Surprise = Omit<Variation, "kind">;

/** Honest surprises: what an API may do without breaking its word. */
export function surpriseVariations({ document, slowCrawl, lateSeconds, staleSeconds }: VariationSource): Variation[] {
  const surprises: Surprise[] = [
    ...grownObjects(document),
    {
      id: "small-pages",
      excludes: "pages",
      rule: "A-LIST-2",
      difference: "A page has one widget at most, whatever the limit",
      notApplicable: needsList,
      setup: () => ({ document: pagesOf(1) }),
    },
    {
      id: "slow-crawls",
      rule: "A-TIME-2",
      difference: `A crawl takes ${slowCrawl}`,
      notApplicable: ({ crawls }) => (crawls.size > 0 ? undefined : "no crawl ended"),
      setup: () => ({ crawl: slowCrawl }),
    },
    {
      id: "stale-reads",
      rule: "A-TIME-1",
      difference: `For ${staleSeconds} s after an update, a pause or a recrawl, reads show the widget as it was before`,
      notApplicable: ({ operations }) =>
        ["updateWidget", "pauseWidget", "resumeWidget", "recrawlWidget"].some((id) => operations.has(id))
          ? undefined
          : "no widget was changed",
      setup: () => ({ faults: [{ staleSeconds }] }),
    },
    ...deliveries(lateSeconds),
  ];
  return surprises.map((surprise) => ({ kind: "surprise", ...surprise }));
}

/** The choice `extra` of A-OBJ-2 in its two parts: more members, and more values. */
function grownObjects(document: WidgetsDocument): Surprise[] {
  const { choices = [] }: { readonly choices?: readonly Choice[] } = document["x-rules"]["A-OBJ-2"];
  const { patch, append = {} } = choices[1] ?? { choice: "" };
  const schemas = schemasOf(patch);
  const grown = new Set(Object.keys(append).map((pointer) => pointer.split("/")[3] ?? ""));
  const named = (isGrown: boolean) =>
    Object.fromEntries(Object.entries(schemas).filter(([name]) => grown.has(name) === isGrown));
  const values = Object.entries(append).flatMap(([pointer, items]) => {
    const name = pointer.split("/")[3] ?? "";
    const before = document.components.schemas[name]?.enum ?? [];
    return [[name, { ...(schemas[name] as JsonObject), enum: [...before, ...items] }] as const];
  });
  const parts = [
    ["extra-members", "Widgets have more members: locale and labels", named(false)],
    ["new-enum-value", "The default of display_mode is a new value, bubble", Object.fromEntries(values)],
  ] as const;
  return parts.map(([id, difference, changed]) => ({
    id,
    rule: "A-OBJ-2",
    difference,
    notApplicable: ({ statuses }) => (statuses.size > 0 ? undefined : "no answer had a widget"),
    setup: () => ({ document: { components: { schemas: changed } } }),
  }));
}

function schemasOf(patch: JsonObject | undefined): JsonObject {
  const components = patch?.["components"];
  const schemas = isJsonObject(components) ? components["schemas"] : undefined;
  return isJsonObject(schemas) ? schemas : {};
}

function deliveries(lateSeconds: number): Surprise[] {
  const spelled =
    "Bodies of webhooks have spaces and escapes that a parser drops; what is signed are the bytes as they are";
  const kinds: readonly (readonly [id: string, difference: string, deliveryFaults: DeliverySetup])[] = [
    ["duplicate-events", "Each event is sent twice, with the same webhook-id", { duplicate: true }],
    ["late-events", `Each event is sent ${lateSeconds} s late`, { delaySeconds: lateSeconds }],
    [
      "reordered-events",
      `Every other event is sent ${lateSeconds} s late, so that later ones overtake it`,
      { reorder: true, reorderSeconds: lateSeconds },
    ],
    ["respelled-events", spelled, { respell: true }],
  ];
  return kinds.map(([id, difference, deliveryFaults]) => ({
    id,
    rule: id === "respelled-events" ? "A-EVENT-1" : "A-EVENT-2",
    difference,
    notApplicable: needsEvents,
    setup: () => ({ deliveryFaults }),
  }));
}

function needsEvents({ events }: Met): string | undefined {
  return events.size > 0 ? undefined : "no webhook was sent";
}
