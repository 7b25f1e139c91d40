import type { SavedRequest } from "../../journal/request-record.ts";
import type { HappeningRecord } from "../../world/happening.ts";
import type { World } from "../../world/world.ts";
import type { SettledRecords } from "./copies.ts";

/** Recorded requests or happenings: the JSON of one on each line. */
export interface RecordRow {
  readonly kind: string;
  readonly json: string;
}

/** Of requests or happenings alone. */
type Part<Kind extends string, Member> = Member & { readonly part: Kind };
type RecordedPart = Part<"request", SavedRequest> | Part<"happening", HappeningRecord>;

/**
 * Puts what is recorded of a world in the order that it has in the database, behind what is in that order already. What
 * this process has recorded itself keeps its bodies.
 * @param written the rows that were written since then, of all processes
 * @param waiting those of this process that are still to be written
 * @returns what is in order now
 */
export function settleRecords(
  world: World,
  settled: SettledRecords | undefined,
  { written, waiting }: { readonly written: readonly RecordRow[]; readonly waiting: readonly RecordRow[] },
): Pick<SettledRecords, "requests" | "happenings"> {
  const { journal, happenings } = world;
  const own = new Map(journal.takeBack(settled?.requests ?? 0).map((record) => [record.requestId, record] as const));
  world.takeBackHappenings(settled?.happenings ?? 0);
  const put = ({ json }: RecordRow) => {
    for (const line of json.split("\n")) {
      const recorded = JSON.parse(line) as RecordedPart;
      if (recorded.part === "happening") {
        const { part: _, ...happening } = recorded;
        world.remember(happening);
        continue;
      }
      const known = own.get(recorded.requestId);
      own.delete(recorded.requestId);
      if (known) journal.put(known);
      // Whoever waits for requests has counted those that were there when the world was loaded.
      else if (settled) journal.restore(recorded);
      else journal.put(journal.recordOf(recorded));
    }
  };
  for (const row of written) put(row);
  const inOrder = { requests: journal.total, happenings: happenings.total };
  for (const row of waiting) put(row);
  for (const record of own.values()) journal.put(record);
  return inOrder;
}
