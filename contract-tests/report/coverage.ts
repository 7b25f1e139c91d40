import type { Pass } from "../history/record.ts";
import { timelinesOf, writesIn } from "../history/timeline.ts";
import { isOwnWrite, writes } from "../plan/step.ts";
import type { Coverage } from "./generated/report-types.ts";

/** Counts what a pass has covered; nothing where there was none. */
export function coverageOf(pass: Pass | undefined): Coverage {
  const { plan, history } = pass ?? { plan: { scripts: [] }, history: undefined };
  const planned = plan.scripts.flatMap(({ id, steps }) =>
    steps.flatMap((step, index) => (isOwnWrite(step) && step.isRandom ? [`${id} ${index}`] : [])),
  );
  const done = new Set(history?.exchanges.map(({ origin }) => `${origin?.script} ${origin?.step}`));
  const words: readonly string[] = writes;
  const rows = (history ? timelinesOf(history) : []).map((timeline) =>
    writesIn(timeline).flatMap(({ operation }) => (words.includes(operation) ? operation : [])),
  );
  return {
    randomSteps: planned.filter((step) => done.has(step)).length,
    plannedRandomSteps: planned.length,
    pairs: differentRuns(rows, 2),
    possiblePairs: writes.length ** 2,
    triples: differentRuns(rows, 3),
    possibleTriples: writes.length ** 3,
  };
}

/** How many different runs of so many words there are in some rows. */
function differentRuns(rows: readonly (readonly string[])[], length: number): number {
  const runs = rows.flatMap((row) => row.slice(length - 1).map((_, index) => row.slice(index, index + length).join()));
  return new Set(runs).size;
}
