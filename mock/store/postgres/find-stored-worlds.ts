import { type ClockTime, timeAt } from "../../snapshot/clock-time.ts";
import { Time } from "../../world/time.ts";
import type { WorldSearch, WorldSummary, WorldsFound } from "../store.ts";
import { databaseUnavailable } from "./database.ts";
import type { Session } from "./session.ts";
import { listWorlds, summariesOf } from "./statements.ts";

/** What is read of a world's own row. */
interface PartOfWorld {
  readonly clock: { readonly time: ClockTime };
}

interface SummaryRow {
  readonly total?: number;
  readonly organization: string | null;
  readonly head: string;
  readonly widgets: number;
  readonly requests: number;
}

/**
 * Looks for worlds in the database, in one query, whoever has copies of them.
 * @throws Refusal if the database is away
 */
export async function findStoredWorlds(session: Session, search: WorldSearch): Promise<WorldsFound> {
  const { database } = session;
  const asked =
    "organizations" in search
      ? database.query(summariesOf, [search.organizations])
      : database.query(listWorlds, [search.offset, search.limit]);
  const { rows }: { rows: SummaryRow[] } = await asked.catch((error: unknown) => {
    throw databaseUnavailable(error);
  });
  const worlds = rows.flatMap((row) => summaryOf(session, row) ?? []);
  return { total: rows[0]?.total ?? worlds.length, worlds };
}

function summaryOf(session: Session, { organization, head, widgets, requests }: SummaryRow): WorldSummary | undefined {
  if (organization === null) return undefined;
  const clock = timeIn(session, head);
  return { organization, widgets, requests, clock: { now: clock.now(), running: clock.running } };
}

function timeIn({ persistence }: Session, head: string): Time {
  const { clock } = JSON.parse(head) as PartOfWorld;
  return new Time(timeAt("", clock.time), persistence.wall);
}
