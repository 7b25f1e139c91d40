import type { Engine } from "../../engine.ts";
import { Refusal } from "../../refusal.ts";
import type { World } from "../../world/world.ts";
import type { OpenStore } from "../open-mock.ts";
import type { Persistence } from "../persistence.ts";
import { shared } from "../row.ts";
import type { Concern, Store, StoreMetric, StoreStep, WorldSearch, WorldsFound } from "../store.ts";
import { Commands } from "./commands.ts";
import { Copies } from "./copies.ts";
import { type Database, databaseUnavailable, isPassing, openDatabase } from "./database.ts";
import { findStoredWorlds } from "./find-stored-worlds.ts";
import { Maintenance, type MaintenancePace } from "./maintenance.ts";
import { checkOrigin, latestSchema, migrate } from "./migrate.ts";
import { Patience } from "./patience.ts";
import { Reads } from "./reads.ts";
import { Records } from "./records.ts";
import type { Session } from "./session.ts";
import { SharedUse } from "./shared-use.ts";
import { createWorlds, figures, ownerOf } from "./statements.ts";
import { takeChanges } from "./transaction.ts";
import { Wakes } from "./wakes.ts";

/** How a store in PostgreSQL is opened. */
export interface PostgresOptions {
  /** The connection string: `postgres://<user>:<password>@<host>:<port>/<database>`. */
  readonly url: string;
  /** How long is waited for a database that is away at the start, in real milliseconds (default 0). */
  readonly patienceMs?: number;
  /** Called once if the database has to be waited for. */
  readonly onWaiting?: (reason: string) => void;
  readonly pace?: Partial<MaintenancePace>;
}

const startPauseMs = 250;
/** How long is waited for figures of the database. */
const figuresMs = 2000;

/** Opens a store in PostgreSQL, which several processes may share: nothing is acknowledged that is not committed. */
export function postgresStore({ url, patienceMs = 0, onWaiting, pace = {} }: PostgresOptions): OpenStore {
  return async (engine, persistence) => {
    const database = await openDatabase(url);
    try {
      const waiting = { patienceMs, onWaiting };
      await whenThere(() => migrate(database), waiting);
      await whenThere(() => checkOrigin(database, engine), waiting);
      const nextRun = { name: "run", text: "select nextval('widgets_mock.runs') as run" };
      const run = await whenThere(() => database.query(nextRun), waiting);
      const store = new PostgresStore({ engine, persistence, database, run: run.rows[0].run, pace });
      await whenThere(() => store.start(), waiting);
      return store;
    } catch (error) {
      await database.close();
      throw isAway(error) ? new Error(`${database.description} is not available: ${messageOf(error)}`) : error;
    }
  };
}

/** True if the database was away; a command says so by a rejection. */
function isAway(error: unknown): boolean {
  return isPassing(error) || error instanceof Refusal;
}

function messageOf(error: unknown): string {
  if (error instanceof Refusal) return String(error.details.values?.["reason"] ?? error.message);
  const { message = "", code = "" } = error as { message?: string; code?: string };
  return message || code;
}

async function whenThere<Result>(
  act: () => Promise<Result>,
  {
    patienceMs,
    onWaiting,
  }: { readonly patienceMs: number; readonly onWaiting: ((reason: string) => void) | undefined },
): Promise<Result> {
  const until = performance.now() + patienceMs;
  for (let isFirst = true; ; isFirst = false) {
    try {
      return await act();
    } catch (error) {
      if (!isAway(error) || performance.now() > until) throw error;
      if (isFirst) onWaiting?.(messageOf(error));
      await new Promise((resolve) => setTimeout(resolve, startPauseMs));
    }
  }
}

interface StoreParts {
  readonly engine: Engine;
  readonly persistence: Persistence;
  readonly database: Database;
  readonly run: number;
  readonly pace: Partial<MaintenancePace>;
}

/** The worlds of a mock in PostgreSQL. */
class PostgresStore implements Store {
  readonly description: string;
  readonly #session: Session;
  readonly #commands: Commands;
  readonly #reads: Reads;
  readonly #maintenance: Maintenance;
  readonly #use: SharedUse;

  constructor({ engine, persistence, database, run, pace }: StoreParts) {
    this.description = database.description;
    persistence.run = run;
    persistence.isShared = true;
    const copies = new Copies(engine, persistence);
    const use = new SharedUse({ database, quotas: engine.quotas, run, organizations: () => copies.organizations() });
    engine.quotas.shared = use;
    this.#use = use;
    const records = new Records(engine, { database, copies, use, run });
    const now = () => Date.now() + persistence.wall.offsetMs;
    const wakes = new Wakes(now, (organization) => this.#runDueTasks(organization));
    const parts = { engine, persistence, database, copies, records, wakes, patience: new Patience(), run };
    this.#session = { ...parts, schema: latestSchema, running: undefined };
    this.#commands = new Commands(this.#session);
    this.#reads = new Reads(this.#session);
    this.#maintenance = new Maintenance(this.#session, this, pace);
  }

  /** Loads what all worlds share; the first process writes it. */
  async start(): Promise<void> {
    const { persistence, database, records } = this.#session;
    await database.query(createWorlds, [[shared]]);
    persistence.placeShared({ isLoaded: true });
    await this.#commands.run(
      () => {
        if (!this.#session.copies.hasShared) persistence.placeShared();
      },
      { organizations: [shared] },
    );
    await records.start();
    this.#maintenance.start();
    this.#use.start();
  }

  run<Result>(step: StoreStep, act: () => Result): Result | Promise<Awaited<Result>> {
    // A step inside a step is part of it.
    if (this.#session.running) return act();
    return this.#run(step, act) as Promise<Awaited<Result>>;
  }

  findWorlds(search: WorldSearch): Promise<WorldsFound> {
    return findStoredWorlds(this.#session, search);
  }

  async bringUpRecords(organization: string): Promise<void> {
    await this.#session.records.bringUp([organization]).catch(() => undefined);
  }

  committed(): Promise<boolean> {
    return this.#session.running?.committed ?? Promise.resolve(true);
  }

  requireWritable(): void {
    // Whatever cannot be committed is refused as a whole.
  }

  async ready(): Promise<string | undefined> {
    try {
      await this.#bringUp([]);
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  async metrics(): Promise<readonly StoreMetric[]> {
    const { copies, database } = this.#session;
    const { total, idle, waiting } = database.figures;
    const nothing = { rows: [] };
    const asked = database.query(figures).catch(() => nothing);
    // Whoever asks does not wait for a database that hangs.
    const late = new Promise<typeof nothing>((resolve) => setTimeout(resolve, figuresMs, nothing).unref());
    const { rows } = await Promise.race([asked, late]);
    const { worlds, due, lag, on_their_way: onTheirWay } = rows[0] ?? {};
    return [
      { name: "database_up", help: "1 if the database answers, else 0.", value: rows.length },
      { name: "database_connections", help: "Connections of the pool.", value: total },
      { name: "database_connections_idle", help: "Connections that nobody uses at the moment.", value: idle },
      { name: "database_connections_waited_for", help: "Those who wait for a connection.", value: waiting },
      {
        name: "database_copies",
        help: "Organizations that this process has a copy of, and what all share.",
        value: copies.size,
      },
      { name: "database_worlds", help: "Organizations in the database.", value: worlds },
      {
        name: "database_deliveries_sent",
        help: "Deliveries that a process is sending at the moment.",
        value: onTheirWay,
      },
      { name: "due_worlds", help: "Organizations with a task that is due, of all processes.", value: due },
      { name: "due_lag_seconds", help: "How late the latest task is that is due, of all processes.", value: lag },
    ];
  }

  async close(): Promise<void> {
    const { wakes, records, database } = this.#session;
    wakes.stop();
    this.#maintenance.stop();
    this.#use.stop();
    while (!this.#commands.isIdle) await new Promise((resolve) => setTimeout(resolve, 10));
    await records.close();
    await database.close();
  }

  /** Brings copies up to date. */
  #bringUp(organizations: readonly string[] | undefined): Promise<void> {
    return new Promise((resolve, reject) => this.#reads.whenFresh(organizations, { use: () => resolve(), reject }));
  }

  async #run(step: StoreStep, act: () => unknown): Promise<unknown> {
    const { concern, isRead, isOnce = false, looksAtRecords } = step;
    const organizations = await this.#organizationsOf(concern);
    if (looksAtRecords) await this.#bringUpRecords(organizations);
    if (!isRead || isOnce) return await this.#commands.run(act, { organizations, isOnce });
    return await new Promise((resolve, reject) => {
      const asCommand = () => resolve(this.#commands.run(act, { organizations, isOnce }));
      const use = (isThere: boolean) => {
        if (!isThere || this.#mayChange(organizations)) return asCommand();
        const outcome = this.#read(act);
        if (outcome === undefined) asCommand();
        else if ("error" in outcome) reject(outcome.error);
        else resolve(outcome.value);
      };
      this.#reads.whenFresh(organizations, { use, reject });
    });
  }

  /** Brings up what is recorded of worlds, which have to be there for that. */
  async #bringUpRecords(organizations: readonly string[] | undefined): Promise<void> {
    const { copies, records } = this.#session;
    try {
      if (!organizations?.every((name) => copies.has(name))) await this.#bringUp(organizations);
      await records.bringUp(organizations);
    } catch {
      // The database is away: the step that follows says so.
    }
  }

  async #organizationsOf(concern: Concern): Promise<readonly string[] | undefined> {
    if (concern.kind === "all") return undefined;
    if (concern.kind === "organization") return [concern.organization];
    const { engine, database } = this.#session;
    const known = engine.worlds.ownerOf(concern.widget);
    if (known !== undefined) return [known];
    const { rows } = await database.query(ownerOf, [concern.widget]).catch((error: unknown) => {
      throw databaseUnavailable(error);
    });
    return [rows[0]?.organization ?? shared];
  }

  /** True if a read may settle time, or count: then it is a command. */
  #mayChange(organizations: readonly string[] | undefined): boolean {
    const { worlds } = this.#session.engine;
    if (!worlds.faults.isEmpty) return true;
    const concerned = organizations?.map((name) => worlds.find(name)) ?? worlds.list();
    return concerned.some((world) => world !== undefined && mayChangeByReads(world, this.#now()));
  }

  #now(): number {
    return Date.now() + this.#session.persistence.wall.offsetMs;
  }

  /** Runs a read; undefined if it has changed something, which is undone. */
  #read(act: () => unknown): { readonly value: unknown } | { readonly error: unknown } | undefined {
    const session = this.#session;
    session.running = { committed: Promise.resolve(true) };
    let outcome: { readonly value: unknown } | { readonly error: unknown };
    try {
      outcome = { value: act() };
    } catch (error) {
      outcome = { error };
    } finally {
      session.running = undefined;
    }
    const { changed, all } = takeChanges(session);
    for (const { organization } of changed) session.copies.forget(organization);
    if (changed.length > 0) return undefined;
    session.records.add(all);
    return outcome;
  }

  #runDueTasks(organization: string): void {
    const { worlds } = this.#session.engine;
    const step: StoreStep = { concern: { kind: "organization", organization }, isRead: false };
    void Promise.resolve(this.run(step, () => worlds.find(organization)?.clock.runDueTasks())).catch(() => undefined);
  }
}

/** True if a task of the world is due, or its faults or crawls count reads. */
function mayChangeByReads(world: World, now: number): boolean {
  const wakeAt = world.clock.nextWake();
  return (wakeAt !== undefined && wakeAt <= now) || !world.faults.isEmpty || world.crawler.mode.kind === "reads";
}
