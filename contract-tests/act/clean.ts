import type { ApiDocument } from "../../spec/document.ts";
import type { JsonObject } from "../../spec/merge-patch.ts";
import { operationsOf } from "../../spec/operations.ts";
import type { Left } from "../history/history.ts";
import { cursorOf, nextPages } from "../history/pages.ts";
import { itemsAt, placeOfItems, type widgetIn } from "../history/views.ts";
import type { Target } from "../target.ts";
import { Cleaner, type Lost } from "./cleaner.ts";
import { noLedger } from "./ledger.ts";
import { Pace } from "./pace.ts";
import { Scheduler } from "./scheduler.ts";
import { Wire } from "./wire.ts";

/** What a ledger says that a run has left: widgets that were made, and creates of which nobody knows what came. */
export interface Leftover {
  readonly ids: readonly string[];
  readonly lost: readonly Lost[];
}

const bulk = "100";
/** Nobody looks for ever. */
const mostPages = 1000;

/**
 * Deletes what an interrupted run has left, and nothing else: by id what the ledger proves to be the run's own, and what
 * may have been made while nobody saw the answer by its name and site.
 * @returns how many are gone now, and those that would not go, each with the reason
 */
export async function clean(
  document: ApiDocument,
  target: Target,
  { ids, lost }: Leftover,
): Promise<{ readonly gone: number; readonly left: readonly Left[] }> {
  const scheduler = new Scheduler();
  const wire = new Wire(target, operationsOf(document), { scheduler, pace: new Pace(scheduler, 5) });
  const cleaner = new Cleaner(wire, scheduler, { ledger: noLedger });
  for (const one of lost) cleaner.lose(one);
  for (const id of new Set(ids)) await cleaner.remove(id, "");
  if (lost.length > 0)
    await cleaner.removeLost(
      () => listed(wire),
      (id) => ids.includes(id),
    );
  return { gone: cleaner.goneCount, left: cleaner.left };
}

/** Every widget that is listed, on whatever page. */
async function listed(wire: Wire): Promise<JsonObject[]> {
  const found: JsonObject[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const query = { limit: bulk, ...(cursor === undefined ? {} : { cursor }) };
    const { response } = await wire.send({ operation: "listWidgets", query });
    const { items, place } = allWidgets(response?.body);
    found.push(...items);
    const next = response && place && nextPages(response, place)[0];
    const following = response && next && cursorOf(response, next);
    if (following === undefined || following === cursor) break;
    cursor = following;
  }
  return found;
}

/** The widgets of a page whose form nobody has published: here all of them may be the run's own. */
function allWidgets(body: Parameters<typeof widgetIn>[0]) {
  const ids = JSON.stringify(body ?? null).match(/"id":"[^"]+"/g) ?? [];
  const place = placeOfItems(body, new Set(ids.map((text) => text.slice(6, -1))));
  return { place, items: (place && itemsAt(body, place)) ?? [] };
}
