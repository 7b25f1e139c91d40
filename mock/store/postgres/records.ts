import type { Client } from "pg";
import type { Engine } from "../../engine.ts";
import { journalEntryOf } from "../../journal/journal-entry.ts";
import type { SavedRequest } from "../../journal/request-record.ts";
import { type HappeningRecord, happeningOf, type StreamEvent } from "../../world/happening.ts";
import type { WorldChange } from "../row.ts";
import type { Copies, NumberedRecord } from "./copies.ts";
import { type Database, prepared } from "./database.ts";
import { joinTexts } from "./row-text.ts";
import type { SharedUse } from "./shared-use.ts";
import {
  aliveLock,
  channel,
  latestRecord,
  recordsAfter,
  recordsLock,
  trimRecords,
  writeRecords,
} from "./statements.ts";

/** Records wait so long for others that are written with them, in real time. */
const batchMs = 25;
/** More than so many that cannot be written are lost. */
const maxWaiting = 10_000;
/** Without word of others, they are looked for so often, in real time. */
const followMs = 1000;
const pageLength = 1000;

interface RecordsParts {
  readonly database: Database;
  readonly copies: Copies;
  /** Hears of others by the same connection. */
  readonly use: SharedUse;
  readonly run: number;
}

interface WaitingRecord {
  readonly organization: string;
  readonly kind: string;
  readonly json: string;
}

/**
 * Recorded requests and happenings: those of this process are written in batches, and those of others are followed. What
 * they tell of has been committed before; they themselves may be lost with their process.
 */
export class Records {
  readonly #engine: Engine;
  readonly #database: Database;
  readonly #copies: Copies;
  readonly #use: SharedUse;
  readonly #run: number;
  #waiting: WaitingRecord[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> | undefined;
  /** Written since a world's were trimmed last. */
  readonly #written = new Map<string, number>();
  #last = 0;
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

  /** Begins to follow those of others, from now on. */
  async start(): Promise<void> {
    const { rows } = await this.#database.query(latestRecord);
    this.#last = rows[0].id;
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
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#writing;
    if (this.#waiting.length === 0) return;
    const batch = this.#waiting;
    this.#waiting = [];
    this.#writing = this.#write(batch)
      .catch(() => {
        this.#waiting = [...batch, ...this.#waiting].slice(-maxWaiting);
        if (!this.#isClosed) this.#timer ??= setTimeout(() => void this.flush(), followMs);
      })
      .finally(() => {
        this.#writing = undefined;
      });
    await this.#writing;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearInterval(this.#poll);
    await this.flush();
    await this.#following;
    await this.#listener?.end().catch(() => undefined);
  }

  async #write(batch: readonly WaitingRecord[]): Promise<void> {
    const { bounds } = this.#engine;
    const connection = await this.#database.take();
    let failure: Error | undefined;
    try {
      const texts = [batch.map((one) => one.organization), batch.map((one) => one.kind), batch.map((one) => one.json)];
      // One process after the other, so that whoever has seen a number has seen all that are smaller.
      const [, , , , { command }] = await Promise.all([
        connection.query("begin"),
        connection.query(`select pg_advisory_xact_lock(${recordsLock})`),
        connection.query(prepared(writeRecords, ...texts.map(joinTexts), this.#run)),
        connection.query(`select pg_notify('${channel}', '${this.#run}')`),
        connection.query("commit"),
      ]);
      if (command !== "COMMIT") throw new Error("the records were not committed");
      for (const { organization } of batch) {
        this.#written.set(organization, (this.#written.get(organization) ?? 0) + 1);
      }
      const long = [...this.#written].filter(([, count]) => count > bounds.journalEntries).map(([name]) => name);
      for (const organization of long) this.#written.delete(organization);
      if (long.length > 0) {
        await connection.query(prepared(trimRecords, long, bounds.journalEntries, bounds.maxHappenings));
      }
    } catch (error) {
      failure = error as Error;
      throw error;
    } finally {
      connection.release(failure);
    }
  }

  async #listen(): Promise<void> {
    const client = await this.#database.open();
    client.on("notification", ({ channel: from, payload }) => {
      if (from === channel && payload !== String(this.#run)) this.#follow();
    });
    client.on("end", () => {
      if (this.#listener === client) this.#listener = undefined;
    });
    await client.query(`listen ${channel}`);
    await this.#use.listenBy(client);
    // As long as it is held, deliveries that this process sends are left to it.
    await client.query(`select pg_advisory_lock(${aliveLock}, ${this.#run})`);
    this.#listener = client;
  }

  async #keepListening(): Promise<void> {
    try {
      if (!this.#listener) await this.#listen();
      this.#follow();
    } catch {
      // The database is away; whoever needs it hears of it.
    }
  }

  #follow(): void {
    this.#mustFollow = true;
    this.#following ??= this.#readNews().finally(() => {
      this.#following = undefined;
    });
  }

  async #readNews(): Promise<void> {
    while (this.#mustFollow && !this.#isClosed) {
      this.#mustFollow = false;
      try {
        const { rows } = await this.#database.query(recordsAfter, [this.#last, this.#run]);
        const isCut = rows.length === pageLength;
        this.#last = (isCut ? rows.at(-1)?.id : rows[0]?.latest) ?? this.#last;
        if (isCut) this.#mustFollow = true;
        for (const row of rows) if (row.id !== null) this.#takeIn(row);
      } catch {
        return;
      }
    }
  }

  #takeIn({ organization, id, kind, json }: NumberedRecord & WaitingRecord): void {
    const { worlds } = this.#engine;
    this.#copies.addRecords(organization, [{ id, kind, json }]);
    if (!worlds.events.hasSubscribers) return;
    const { part: _, ...record } = JSON.parse(json) as { readonly part: string };
    worlds.events.publish(eventOf(kind, record, worlds.nameOf(organization)), organization, true);
  }
}

/** What the event stream has of a record. */
function eventOf(kind: string, record: object, name: string): StreamEvent {
  if (kind === "happening") return happeningOf(record as HappeningRecord, name);
  const request = record as SavedRequest;
  return { type: "request.answered", trace: request.requestId, ...journalEntryOf(request, name) };
}
