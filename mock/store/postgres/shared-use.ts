import type { Client } from "pg";
import type { QuotaMeter, SharedCounts } from "../../organizations/quota-meter.ts";
import { type Database, databaseUnavailable, isPassing } from "./database.ts";
import { deliveriesToday, takeDelivery } from "./statements.ts";

/** The channel on which processes tell each other how many requests of an organization they have let through. */
const channel = "widgets_mock_use";
/** How often they do, in real time; who has said nothing for twice as long lets none through. */
const tellMs = 500;
/** PostgreSQL takes 8000 bytes. */
const maxPayloadBytes = 7500;

/** Requests that another process has let through, by organization. */
interface Heard {
  readonly at: number;
  readonly perSecond: Map<string, number>;
}

/** What a process says of its requests. */
interface Told {
  readonly run: number;
  readonly counts: readonly (readonly [string, number])[];
}

interface SharedUseParts {
  readonly database: Database;
  readonly quotas: QuotaMeter;
  readonly run: number;
  /** The organizations that this process has copies of. */
  readonly organizations: () => readonly string[];
}

/**
 * Holds an organization to its quotas on all processes of a database together. Each delivery is counted in the database.
 * Requests are counted by each process, which leaves room for what the others have said that they let through a moment ago.
 */
export class SharedUse implements SharedCounts {
  readonly #parts: SharedUseParts;
  readonly #heard = new Map<number, Heard>();
  #deliveries = new Map<string, number>();
  #timer: ReturnType<typeof setInterval> | undefined;
  #isTelling = false;

  constructor(parts: SharedUseParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#tell(), tellMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Hears of others by a connection. */
  async listenBy(client: Client): Promise<void> {
    client.on("notification", ({ channel: from, payload }) => {
      const told = from === channel && payload !== undefined ? toldIn(payload) : undefined;
      if (told) this.#hear(told);
    });
    await client.query(`listen ${channel}`);
  }

  requestsOfOthers(organization: string): { readonly perSecond: number; readonly processes: number } {
    let perSecond = 0;
    let processes = 0;
    for (const [run, { at, perSecond: rates }] of this.#heard) {
      const rate = rates.get(organization);
      if (performance.now() - at > 2 * tellMs) this.#heard.delete(run);
      else if (rate !== undefined) {
        perSecond += rate;
        processes++;
      }
    }
    return { perSecond, processes };
  }

  deliveriesOf(organization: string): number {
    return this.#deliveries.get(organization) ?? 0;
  }

  async takeDelivery(organization: string, limit: number): Promise<boolean> {
    if (limit < 1) return false;
    const { rows } = await this.#parts.database.query(takeDelivery, [organization, limit]).catch((error: unknown) => {
      throw isPassing(error) ? databaseUnavailable(error) : error;
    });
    this.#deliveries.set(organization, rows[0]?.attempts ?? limit);
    return rows.length > 0;
  }

  async #tell(): Promise<void> {
    const { database, quotas, organizations, run } = this.#parts;
    if (this.#isTelling || !quotas.areThere) return;
    this.#isTelling = true;
    try {
      for (const payload of payloadsOf(run, quotas.takeCounts())) {
        await database.query({ name: "tell-use", text: "select pg_notify($1, $2)" }, [channel, payload]);
      }
      const { rows } = await database.query(deliveriesToday, [organizations()]);
      this.#deliveries = new Map(rows.map(({ organization, attempts }) => [organization, attempts]));
    } catch {
      // The database is away, and nobody else can use it either.
    } finally {
      this.#isTelling = false;
    }
  }

  #hear({ run, counts }: Told): void {
    if (run === this.#parts.run) return;
    const now = performance.now();
    const before = this.#heard.get(run);
    // What comes in several parts belongs together.
    const perSecond = before && now - before.at < tellMs / 2 ? before.perSecond : new Map<string, number>();
    for (const [organization, count] of counts) perSecond.set(organization, (count * 1000) / tellMs);
    this.#heard.set(run, { at: now, perSecond });
  }
}

/** What is told in a notification. Whoever may use the database can send one: undefined for what no process has written. */
function toldIn(payload: string): Told | undefined {
  try {
    const { run, counts } = JSON.parse(payload);
    const isCount = (one: unknown) => Array.isArray(one) && typeof one[0] === "string" && Number.isFinite(one[1]);
    return Number.isInteger(run) && Array.isArray(counts) && counts.every(isCount) ? { run, counts } : undefined;
  } catch {
    return undefined;
  }
}

/** What a process says of its requests, in as many parts as it takes. */
function* payloadsOf(run: number, counts: ReadonlyMap<string, number>): Generator<string> {
  let part: (readonly [string, number])[] = [];
  let bytes = 0;
  for (const one of counts) {
    const size = Buffer.byteLength(JSON.stringify(one)) + 1;
    if (size > maxPayloadBytes / 2) continue;
    if (bytes + size > maxPayloadBytes) {
      yield JSON.stringify({ run, counts: part });
      [part, bytes] = [[], 0];
    }
    part.push(one);
    bytes += size;
  }
  if (part.length > 0) yield JSON.stringify({ run, counts: part });
}
