import type { ApiDocument } from "../../spec/document.ts";
import { operationsOf } from "../../spec/operations.ts";
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

/** The names of a run's widgets carry its nonce; who else would call one exactly so? */
const bulk = "100";

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

/** The ids of listed widgets that have exactly one of these names. */
async function namesakes(wire: Wire, names: ReadonlySet<string>): Promise<string[]> {
  const { response } = await wire.send({ call: "listWidgets", query: { limit: bulk } });
  const shown = allWidgets(response?.body);
  return shown.filter(({ name }) => names.has(String(name))).map(({ id }) => String(id));
}

function allWidgets(body: Parameters<typeof widgetIn>[0]) {
  const ids = JSON.stringify(body ?? null).match(/"id":"[^"]+"/g) ?? [];
  const place = placeOfItems(body, new Set(ids.map((text) => text.slice(6, -1))));
  return (place && itemsAt(body, place)) ?? [];
}
