import type { components } from "../control-plane/generated/types.ts";
import type { Engine } from "../engine.ts";
import type { StoredWidget } from "../world/widget.ts";
import type { World } from "../world/world.ts";
import type { Control } from "./control-types.ts";
import { type DueTask, dueTaskOf } from "./due-task.ts";
import { worldsIn } from "./scope.ts";

type WidgetSummary = components["schemas"]["WidgetSummary"];

/** A widget, and the world that it is in. */
interface PlacedWidget {
  readonly world: World;
  readonly widget: StoredWidget;
}

const defaultLimit = 100;

/** Lists widgets with their states: only those that are returned are looked at, unless a filter is given. */
export const listWidgetStates: Control<"listWidgetStates"> = ({ scope, input }) => {
  const { status, text, offset = 0, limit = defaultLimit } = input;
  const worlds = worldsIn(scope);
  for (const { clock } of worlds) clock.runDueTasks();
  const isFiltered = status !== undefined || text !== undefined;
  const wanted = text?.toLowerCase();
  const matches = (widget: StoredWidget) =>
    (status === undefined || statusOf(scope.engine, widget) === status) &&
    (wanted === undefined || textsOf(widget).some((one) => one.toLowerCase().includes(wanted)));
  const page: PlacedWidget[] = [];
  let total = 0;
  for (const world of worlds) {
    // Without a filter, the rest need only be counted.
    const end = offset + limit - total;
    const found = isFiltered
      ? world.widgets.from(undefined, "older", Number.POSITIVE_INFINITY).filter(matches)
      : world.widgets.from(undefined, "older", Math.max(0, end));
    const start = Math.max(0, offset - total);
    page.push(...found.slice(start, Math.max(start, end)).map((widget) => ({ world, widget })));
    total += isFiltered ? found.length : world.widgets.size;
  }
  return { total, widgets: summariesOf(scope.engine, page) };
};

/** What happens next to each widget of a world: the end of its crawl, or an attempt to deliver one of its events. */
export function nextOf(world: World, widgets: readonly StoredWidget[]): ReadonlyMap<string, DueTask> {
  const next = new Map<string, { readonly at: number; readonly due: () => DueTask }>();
  for (const { id, lastCrawl } of widgets) {
    const at = lastCrawl.ending?.timer?.at;
    if (at !== undefined) next.set(id, { at, due: () => dueTaskOf(world, at, { kind: "crawl", widget: id }) });
  }
  const ids = new Set(widgets.map(({ id }) => id));
  for (const { widget, key, timer } of world.webhooks.deliveries.pending()) {
    if (!timer || !ids.has(widget) || timer.at >= (next.get(widget)?.at ?? Number.POSITIVE_INFINITY)) continue;
    next.set(widget, { at: timer.at, due: () => dueTaskOf(world, timer.at, { kind: "delivery", key }) });
  }
  return new Map([...next].map(([id, { due }]) => [id, due()]));
}

function summariesOf(engine: Engine, page: readonly PlacedWidget[]): WidgetSummary[] {
  const byWorld = new Map<World, StoredWidget[]>();
  for (const { world, widget } of page) {
    const others = byWorld.get(world);
    if (others) others.push(widget);
    else byWorld.set(world, [widget]);
  }
  return [...byWorld].flatMap(([world, widgets]) => {
    const next = nextOf(world, widgets);
    return widgets.map((widget) => summaryOf(engine, { world, widget }, next.get(widget.id)));
  });
}

function summaryOf(engine: Engine, { world, widget }: PlacedWidget, next: DueTask | undefined): WidgetSummary {
  const { id, state, siteUrl, createdAt, lastCrawl } = widget;
  const { trigger, startedAt, finished, ending } = lastCrawl;
  const { pages, error } = finished ?? {};
  const message = error?.["message"];
  return {
    id,
    organization: world.name,
    state,
    status: statusOf(engine, widget),
    name: nameOf(widget),
    site_url: siteUrl,
    created_at: timeOf(createdAt),
    last_crawl: {
      trigger,
      started_at: timeOf(startedAt),
      ...(finished && { finished_at: timeOf(finished.at) }),
      ...(typeof pages === "number" && { pages }),
      ...(typeof message === "string" && { error: message }),
      ...(ending?.readsLeft !== undefined && { reads_left: ending.readsLeft }),
    },
    ...(next && { next }),
  };
}

function statusOf({ dialect }: Engine, { state }: StoredWidget): string {
  return dialect.document["x-lifecycle"].states[state]?.shows ?? state;
}

function textsOf(widget: StoredWidget): string[] {
  return [widget.id, nameOf(widget), widget.siteUrl];
}

function nameOf({ written }: StoredWidget): string {
  return String(written["name"] ?? "");
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
