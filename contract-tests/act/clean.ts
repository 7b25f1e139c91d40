import type { ApiDocument } from "../../spec/document.ts";
import { operationsOf } from "../../spec/operations.ts";
import { cursorOf, nextPages } from "../history/pages.ts";
import { itemsAt, placeOfItems, type widgetIn } from "../history/views.ts";
import type { Target } from "../target.ts";
import { Pace } from "./pace.ts";
import { Scheduler } from "./scheduler.ts";
import { Wire } from "./wire.ts";

/** What a ledger says that a run has left: widgets that were made, and names of those that may have been. */
export interface Leftover {
  readonly ids: readonly string[];
  readonly names: readonly string[];
}

const bulk = "100";
/** Nobody looks for ever. */
const mostPages = 1000;

/**
 * Deletes what an interrupted run has left, and nothing else: by id what the ledger proves to be the run's own, and by
 * its exact name what may have been made while nobody saw the answer.
 * @returns the ids that are gone now, and those that would not go
 */
export async function clean(
  document: ApiDocument,
  target: Target,
  { ids, names }: Leftover,
): Promise<{ readonly gone: readonly string[]; readonly left: readonly string[] }> {
  const scheduler = new Scheduler();
  const wire = new Wire(target, operationsOf(document), { scheduler, pace: new Pace(scheduler, 5) });
  const found = names.length > 0 ? await namesakes(wire, new Set(names)) : [];
  const gone: string[] = [];
  const left: string[] = [];
  for (const id of new Set([...ids, ...found])) {
    const { response } = await wire.send({ call: "deleteWidget", params: { id } });
    const status = response?.status ?? 0;
    (status < 300 || status === 404 || status === 410 ? gone : left).push(id);
  }
  return { gone, left };
}

/** The ids of listed widgets that have exactly one of these names, on whatever page. */
async function namesakes(wire: Wire, names: ReadonlySet<string>): Promise<string[]> {
  const found: string[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < mostPages; page++) {
    const query = { limit: bulk, ...(cursor === undefined ? {} : { cursor }) };
    const { response } = await wire.send({ call: "listWidgets", query });
    const { items, place } = allWidgets(response?.body);
    found.push(...items.filter(({ name }) => names.has(String(name))).map(({ id }) => String(id)));
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
