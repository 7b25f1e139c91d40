import type { Exchange } from "../history/exchange.ts";
import { itemsAt } from "../history/views.ts";
import type { DialectContext } from "./dialect-context.ts";
import { completeWalks } from "./list-pages.ts";
import type { DialectObservation } from "./observation.ts";

/** Two widgets may stand in any order by chance. */
const minPairs = 3;

/** Observes the order of lists (A-LIST-3), by pairs of widgets of which one was created before the other was requested. */
export function observeListOrder({ history, timelines }: DialectContext): DialectObservation[] {
  const { items } = history;
  if (!items) return [];
  const creates = new Map(timelines.toReversed().map(({ id, created }): [string, Exchange] => [id, created]));
  return completeWalks(history).flatMap((pages): DialectObservation[] => {
    const ids = pages.flatMap(({ response }) => itemsAt(response?.body, items) ?? []).map(({ id }) => String(id));
    const { older, newer } = countPairs(ids.flatMap((id) => creates.get(id) ?? []));
    if (older + newer < minPairs) return [];
    const observation = { rule: "A-LIST-3", calls: pages.slice(0, 2) } as const;
    if (older === 0) return [{ ...observation, choice: "newest" }];
    if (newer === 0) return [{ ...observation, choice: "oldest" }];
    return [{ ...observation, deviation: "lists are sorted neither newest nor oldest first" }];
  });
}

/** Counts the pairs in which the older widget comes first, and those in which the newer one does. */
function countPairs(creates: readonly Exchange[]): { readonly older: number; readonly newer: number } {
  let [older, newer] = [0, 0];
  for (const [index, first] of creates.entries()) {
    for (const second of creates.slice(index + 1)) {
      if (first.ended < second.began) older++;
      if (second.ended < first.began) newer++;
    }
  }
  return { older, newer };
}
