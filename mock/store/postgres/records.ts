import type { Client } from "pg";
import type { Engine } from "../../engine.ts";
import { journalEntryOf } from "../../journal/journal-entry.ts";
import type { SavedRequest } from "../../journal/request-record.ts";
import { type HappeningRecord, happeningOf, type StreamEvent } from "../../world/happening.ts";
import type { WorldChange } from "../row.ts";
import type { Copies } from "./copies.ts";
import type { Database } from "./database.ts";
import { joinTexts } from "./row-text.ts";
import { type RecordRow, settleRecords } from "./settle-records.ts";
import type { SharedUse } from "./shared-use.ts";
import {
  aliveLock,
  channel,
  latestRecord,
  latestRecords,
  recordsAfter,
  recordsAtOnce,
  trimRecords,
  writeRecords,
} from "./statements.ts";
import { groupRows } from "./transaction.ts";

/** Records wait so long for others that are written with them, in real time. */
const batchMs = 100;
/** More than so many that cannot be written are lost. */
const maxWaiting = 10_000;
/** Without word of others, they are looked for so often, in real time. */
const followMs = 1000;

interface RecordsParts {
  readonly database: Database;
  readonly copies: Copies;
  /** Hears of others by the same connection. */
  readonly use: SharedUse;
  readonly run: number;
}

interface OrganizationRecord extends RecordRow {
  readonly organization: string;
}

/** A row of records as it is in the database. */
interface WrittenRecord extends OrganizationRecord {
  readonly id: number;
}

/**
 * Recorded requests and happenings: those of this process are written in batches. Those of others are read when somebody
 * looks at them, and as they come only while somebody follows them. What they tell of has been committed before; they
 * themselves may be lost with their process.
 */
export class Records {
  readonly #engine: Engine;
  readonly #database: Database;
  readonly #copies: Copies;
  readonly #use: SharedUse;
  readonly #run: number;
  #waiting: OrganizationRecord[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** What is written or read of records, one after the other: what was read is then all that does not wait. */
  #turns: Promise<unknown> = Promise.resolve();
  /** Written since a world's were trimmed last. */
  readonly #written = new Map<string, number>();
  /** The latest record of another process that was heard of. */
  #heard = 0;
  /** The latest one that whoever follows was told. */
  #followed = 0;
  /** True if the requests of all worlds are in order of time, and not those of one world after those of the other. */
  #isInOrder = true;
  #listener: Client | undefined;
  #following: Promise<void> | undefined;
  #mustFollow = false;
  #poll: ReturnType<typeof setInterval> | undefined;
  #isClosed = false;

  constructor(engine: Engine, { database, copies, use, run }: RecordsParts) {
    this.#engine = engine;
    this.#database = database;
    this.#copies = copies;
    this.#use = use;
    this.#run = run;
  }

  /** Begins to hear of those of others. */
  async start(): Promise<void> {
    await this.#listen();
    this.#poll = setInterval(() => void this.#keepListening(), followMs);
    this.#poll.unref();
  }

  /** Takes what commands and reads have left. */
  add(changes: readonly WorldChange[]): void {
    for (const { organization, lossy } of changes) {
      for (const { kind, json } of lossy) {
        if (kind === "count" || json === undefined) continue;
        this.#waiting.push({ organization, kind, json });
      }
    }
    if (this.#waiting.length === 0 || this.#isClosed) return;
    this.#timer ??= setTimeout(() => void this.flush(), batchMs);
  }

  /** Forgets what waits of a world that was reset. */
  forget(organization: string): void {
    this.#waiting = this.#waiting.filter((record) => record.organization !== organization);
  }

  /** Writes what waits. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return this.#inTurn(async () => {
      const batch = this.#waiting;
      if (batch.length === 0) return;
      this.#waiting = [];
      try {
        await this.#write(batch);
      } catch {
        this.#waiting = [...batch, ...this.#waiting].slice(-maxWaiting);
        if (!this.#isClosed) this.#timer ??= setTimeout(() => void this.flush(), followMs);
      }
    });
  }

  /** Brings up to date what the copies of worlds have of what is recorded; without organizations, of all, in order of time. */
  async bringUp(organizations?: readonly string[]): Promise<void> {
    await this.#bringUpBehind(organizations ?? this.#copies.organizations());
    if (organizations || this.#isInOrder) return;
    this.#isInOrder = true;
    for (const _ of this.#engine.worlds.journals.sort());
  }

  async #bringUpBehind(organizations: readonly string[]): Promise<void> {
    const isBehind = (name: string) => {
      const { last = -1 } = this.#copies.recordsOf(name) ?? {};
      return this.#engine.worlds.find(name) !== undefined && (!this.#listener || last < this.#heard);
    };
    if (organizations.some(isBehind)) await this.#inTurn(() => this.#bringUp(organizations.filter(isBehind)));
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#poll);
    await this.flush();
    await this.#following;
    await this.#listener?.end().catch(() => undefined);
  }

  #inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const result = this.#turns.then(act);
    this.#turns = result.catch(() => undefined);
    return result;
  }

  async #write(batch: readonly OrganizationRecord[]): Promise<void> {
    const { bounds } = this.#engine;
    const rows = rowsOf(batch);
    const text = (member: "organization" | "kind" | "json") => joinTexts(rows.map((row) => row[member]));
    const counts = rows.map(({ count }) => count);
    await this.#database.query(writeRecords, [text("organization"), text("kind"), counts, text("json"), this.#run]);
    for (const { organization, count } of rows) {
      this.#written.set(organization, (this.#written.get(organization) ?? 0) + count);
    }
    const long = [...this.#written].filter(([, count]) => count > bounds.journalEntries).map(([name]) => name);
    for (const organization of long) this.#written.delete(organization);
    if (long.length > 0) {
      // Those that are not trimmed now are trimmed with the next ones.
      const { journalEntries, maxHappenings } = bounds;
      await this.#database.query(trimRecords, [long, journalEntries, maxHappenings]).catch(() => undefined);
    }
  }

  async #bringUp(organizations: readonly string[]): Promise<void> {
    const { worlds, bounds } = this.#engine;
    if (organizations.length === 0) return;
    const heard = this.#heard;
    const asked = organizations.map((name) => [name, this.#copies.recordsOf(name)?.last ?? 0] as const);
    const { rows } = await this.#database.query(latestRecords, [
      asked.map(([name]) => name),
      asked.map(([, last]) => last),
      bounds.journalEntries,
      bounds.maxHappenings,
    ]);
    const written = groupRows<WrittenRecord>(rows);
    const waiting = groupRows(this.#waiting);
    for (const [name, before] of asked) {
      const world = worlds.find(name);
      const known = this.#copies.recordsOf(name);
      // It may have been loaded anew meanwhile.
      if (!world || (known?.last ?? 0) !== before) continue;
      const settled = known?.world === world ? known : undefined;
      const ofWorld = { written: written.get(name) ?? [], waiting: waiting.get(name) ?? [] };
      const last = Math.max(before, heard, ofWorld.written.at(-1)?.id ?? 0);
      this.#isInOrder = false;
      const settle = () => this.#copies.settleRecords(name, { world, last, ...settleRecords(world, settled, ofWorld) });
      world.changes?.uncounted(settle);
    }
  }

  async #listen(): Promise<void> {
    const client = await this.#database.open();
    client.on("notification", ({ channel: from, payload = "" }) => {
      if (from !== channel) return;
      const [run, id = 0] = payload.split(" ").map(Number);
      if (run === this.#run) return;
      this.#heard = Math.max(this.#heard, id);
      this.#follow();
    });
    client.on("end", () => {
      if (this.#listener === client) this.#listener = undefined;
    });
    await client.query(`listen ${channel}`);
    await this.#use.listenBy(client);
    // As long as it is held, deliveries that this process sends are left to it.
    await client.query(`select pg_advisory_lock(${aliveLock}, ${this.#run})`);
    const { rows } = await client.query(latestRecord.text);
    this.#heard = Math.max(this.#heard, rows[0].id);
    this.#listener = client;
    this.#follow();
  }

  async #keepListening(): Promise<void> {
    try {
      if (!this.#listener) await this.#listen();
      this.#follow();
    } catch {
      // The database is away; whoever needs it hears of it.
    }
  }

  /** Reads what is new, if anybody follows it or waits for it. */
  #follow(): void {
    const { events } = this.#engine.worlds;
    if (!events.hasSubscribers && events.waiting === 0) {
      this.#followed = this.#heard;
      return;
    }
    this.#mustFollow = true;
    this.#following ??= this.#readNews().finally(() => {
      this.#following = undefined;
    });
  }

  async #readNews(): Promise<void> {
    while (this.#mustFollow && !this.#isClosed) {
      this.#mustFollow = false;
      try {
        const { rows } = await this.#database.query(recordsAfter, [this.#followed, this.#run]);
        const isCut = rows.length === recordsAtOnce;
        this.#followed = (isCut ? rows.at(-1)?.id : rows[0]?.latest) ?? this.#followed;
        this.#heard = Math.max(this.#heard, this.#followed);
        if (isCut) this.#mustFollow = true;
        const records: WrittenRecord[] = rows.filter(({ id }: { readonly id: number | null }) => id !== null);
        if (records.length === 0) continue;
        // Those who wait for requests hear of them by the journals.
        if (this.#engine.worlds.events.waiting > 0) await this.bringUp([...groupRows(records).keys()]);
        for (const record of records) this.#publish(record);
      } catch {
        return;
      }
    }
  }

  #publish({ organization, kind, json }: OrganizationRecord): void {
    const { worlds } = this.#engine;
    if (!worlds.events.hasSubscribers) return;
    for (const line of json.split("\n")) {
      const { part: _, ...record } = JSON.parse(line) as { readonly part: string };
      worlds.events.publish(eventOf(kind, record, worlds.nameOf(organization)), organization, true);
    }
  }
}

/** The records of each organization and kind as one row. */
function rowsOf(batch: readonly OrganizationRecord[]): (OrganizationRecord & { readonly count: number })[] {
  const rows = new Map<string, { organization: string; kind: string; lines: string[] }>();
  for (const { organization, kind, json } of batch) {
    const address = `${kind} ${organization}`;
    const row = rows.get(address);
    if (row) row.lines.push(json);
    else rows.set(address, { organization, kind, lines: [json] });
  }
  return [...rows.values()].map(({ lines, ...row }) => ({ ...row, json: lines.join("\n"), count: lines.length }));
}

/** What the event stream has of a record. */
function eventOf(kind: string, record: object, name: string): StreamEvent {
  if (kind === "happening") return happeningOf(record as HappeningRecord, name);
  const request = record as SavedRequest;
  return { type: "request.answered", trace: request.requestId, ...journalEntryOf(request, name) };
}
