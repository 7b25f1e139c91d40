import type { components } from "../control-plane/generated/types.ts";
import type { Task } from "../world/task.ts";
import type { StoredDelivery } from "../world/webhooks/delivery.ts";
import type { World } from "../world/world.ts";

/** Something that the clock will cause, as the control plane shows it. */
export type DueTask = components["schemas"]["DueTask"];

/**
 * Makes the JSON of a scheduled task.
 * @param at milliseconds since the epoch
 */
export function dueTaskOf(world: World, at: number, task: Task): DueTask {
  return task.kind === "crawl"
    ? crawlEndOf(world, at, task.widget)
    : attemptOf(world, at, world.webhooks.deliveries.get(task.key));
}

function crawlEndOf(world: World, at: number, id: string): DueTask {
  const trace = world.life.find(id).widget?.lastCrawl.cause;
  return {
    at: new Date(at).toISOString(),
    kind: "crawl",
    organization: world.name,
    widget: id,
    ...(trace !== undefined && { trace }),
  };
}

function attemptOf(world: World, at: number, delivery: StoredDelivery | undefined): DueTask {
  const due = { at: new Date(at).toISOString(), kind: "delivery", organization: world.name } as const;
  if (!delivery) return { ...due, widget: "" };
  const { widget, trace, id, endpoint, event, attempts } = delivery;
  return { ...due, widget, trace, delivery: id, endpoint, event, attempt: attempts.length + 1 };
}
