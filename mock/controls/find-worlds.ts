import type { components } from "../control-plane/generated/types.ts";
import type { Engine } from "../engine.ts";
import type { WorldSearch, WorldSummary, WorldsFound } from "../store/store.ts";
import type { World } from "../world/world.ts";

/**
 * Looks for worlds: in the store where it has more of them than this process, which loads none for that, else in memory.
 * @throws Refusal if the store cannot be used
 */
export function findWorlds(engine: Engine, search: WorldSearch): WorldsFound | Promise<WorldsFound> {
  const { store } = engine.persistence ?? {};
  return store?.findWorlds ? store.findWorlds(search) : findInMemory(engine, search);
}

function findInMemory({ worlds }: Engine, search: WorldSearch): WorldsFound {
  if ("organizations" in search) {
    const found = search.organizations.flatMap((name) => worlds.find(name) ?? []);
    return { total: found.length, worlds: found.map(summaryOf) };
  }
  const all = worlds.list();
  const page = all.slice(search.offset, search.offset + search.limit);
  return { total: all.length, worlds: page.map(summaryOf) };
}

/** A world, as a list of many has it. */
export function summaryOf({ organization, widgets, journal, clock }: World): WorldSummary {
  const { running } = clock;
  return { organization, widgets: widgets.size, requests: journal.size, clock: { now: clock.now(), running } };
}

/** The same without the key that an organization may be named after. */
export function worldOutput(
  { worlds }: Engine,
  { organization, clock: { now, running }, ...counts }: WorldSummary,
): components["schemas"]["World"] {
  const clock = { now: new Date(now).toISOString(), running };
  return { organization: worlds.nameOf(organization), ...counts, clock };
}

/** Does something with what is there at once, or later; in this process it is always there at once. */
export function whenFound<Found, Output>(found: Found | Promise<Found>, use: (found: Found) => Output) {
  return found instanceof Promise ? found.then(use) : use(found);
}
