import type { RequestContext } from "../request/request-context.ts";
import type { World } from "../world/world.ts";
import type { Worlds } from "../worlds.ts";

/**
 * The world of a request; undefined if its organization is unknown. Each step of a request needs it, so it is looked up
 * once, and anew if it has ended while the request waited.
 */
export function worldOf(worlds: Worlds, context: RequestContext): World | undefined {
  const { organization, world } = context;
  if (organization === undefined) return undefined;
  if (!world || world.clock.hasEnded) context.world = worlds.worldOf(organization);
  return context.world;
}
