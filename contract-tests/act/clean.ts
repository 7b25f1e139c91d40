import type { ApiDocument } from "../../spec/document.ts";
import { operationsOf } from "../../spec/operations.ts";
import type { Left } from "../history/history.ts";
import type { Target } from "../target.ts";
import { Cleaner, type Deletable, type Lost } from "./cleaner.ts";
import { noLedger } from "./ledger.ts";
import { Lister } from "./lister.ts";
import { Pace } from "./pace.ts";
import { Scheduler } from "./scheduler.ts";
import { Wire } from "./wire.ts";

/** What a ledger says that a run has left: widgets that were made, and creates of which nobody knows what came. */
export interface Leftover {
  readonly widgets: readonly Pick<Deletable, "id" | "caller">[];
  readonly lost: readonly Lost[];
}

/** Nobody looks for ever. */
const mostPages = 1000;
/** Whose list it is, there all widgets may be the run's own. */
const anyId: Pick<ReadonlySet<string>, "has"> = { has: (id) => id !== "" };

/**
 * Deletes what an interrupted run has left, and nothing else: by id what the ledger proves to be the run's own, and what
 * may have been made while nobody saw the answer by its name and site.
 * @returns how many are gone now, and those that would not go, each with the reason
 */
export async function clean(
  document: ApiDocument,
  target: Target,
  { widgets, lost }: Leftover,
): Promise<{ readonly gone: number; readonly left: readonly Left[] }> {
  const scheduler = new Scheduler();
  const wire = new Wire(target, operationsOf(document), { scheduler, pace: new Pace(scheduler, 5) });
  const cleaner = new Cleaner(wire, scheduler, { ledger: noLedger });
  const lister = new Lister(wire, anyId, mostPages);
  for (const one of lost) cleaner.lose(one);
  for (const { id, caller = "own" } of new Map(widgets.map((one) => [one.id, one])).values()) {
    const isReachable = caller !== "other" || target.secondCredential !== undefined;
    if (isReachable) await cleaner.remove({ id, name: "", caller });
    else cleaner.keep({ id, name: "" }, "it belongs to the second organization; --second-api-key is needed");
  }
  const isKnown = (id: string) => widgets.some((one) => one.id === id);
  if (lost.length > 0) await cleaner.removeLost(() => lister.walk(100), isKnown);
  return { gone: cleaner.goneCount, left: cleaner.left };
}
