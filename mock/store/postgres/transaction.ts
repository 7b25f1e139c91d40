import { randomInt } from "node:crypto";
import type { QueryResult } from "pg";
import { type RowChange, shared, type WorldChange } from "../row.ts";
import { unknownVersion, type VersionedRow, type WorldVersion } from "./copies.ts";
import { type DatabaseConnection, prepared, type Statement } from "./database.ts";
import { joinRows, type WrittenWorld } from "./row-text.ts";
import { checkSchema, type Session, setTime } from "./session.ts";
import {
  clearRecords,
  clearRows,
  createWorlds,
  lockAllWorlds,
  lockFreeWorlds,
  lockShared,
  lockWorlds,
  removeWorlds,
  rowsSince,
  transactionStatus,
  writeRows,
  writtenVersions,
} from "./statements.ts";

/** A step that may change something, and what waits for it. */
export interface WorldCommand {
  readonly organizations: readonly string[];
  readonly act: () => unknown;
  readonly isOnce: boolean;
  readonly startedAt: number;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** Which worlds a transaction locks. */
export interface LockedWorlds {
  /** Undefined for all. */
  readonly organizations: readonly string[] | undefined;
  /** True to go without those that another process has. */
  readonly skipsLocked: boolean;
}

/** Thrown when commands have changed worlds that they had not locked. */
export class ForeignChange extends Error {
  readonly organizations: readonly string[];

  constructor(organizations: readonly string[]) {
    super(`worlds were changed that are not locked: ${organizations.length}`);
    this.organizations = organizations;
  }
}

interface Head extends WorldVersion {
  readonly isLocked: boolean;
}

/** What commands have changed in a world, with all of its rows at hand. */
interface ChangedWorld extends WorldChange {
  readonly rows: readonly RowChange[];
}

/** Takes what was changed in each world, and what may be lost. */
export function takeChanges({ persistence }: Session): {
  readonly changed: readonly ChangedWorld[];
  readonly all: readonly WorldChange[];
} {
  const all = persistence.tracker.take().map((change) => ({ ...change, rows: [...change.rows] }));
  return { changed: all.filter(({ isWhole, rows }) => isWhole || rows.length > 0), all };
}

/** The results of commands: what each gave, or threw. */
export type Outcome = { readonly value: unknown } | { readonly error: unknown };

/**
 * Carries out commands in one transaction: locks their worlds, brings the copies of this process up to date, runs the
 * commands on the database's time, writes what they have changed, and commits.
 */
export class Transaction {
  readonly #session: Session;
  readonly #connection: DatabaseConnection;
  /** The worlds that are locked, with their versions. */
  readonly #heads = new Map<string, Head>();
  /** Worlds that were not known here before, and that it may have created. */
  #unknown: readonly string[] = [];
  #id = "";
  #hasAll = false;

  constructor(session: Session, connection: DatabaseConnection) {
    this.#session = session;
    this.#connection = connection;
  }

  /** The worlds that are locked. */
  get locked(): ReadonlySet<string> {
    return new Set(
      [...this.#heads.values()].filter(({ isLocked }) => isLocked).map(({ organization }) => organization),
    );
  }

  /** Locks worlds, and brings their copies up to date. */
  async begin({ organizations, skipsLocked }: LockedWorlds): Promise<void> {
    const { copies } = this.#session;
    this.#hasAll = organizations === undefined;
    const names = organizations ?? copies.organizations();
    const asked = [...new Set([shared, ...names])].map((name) => [name, copies.versionOf(name)] as const);
    const unknown = names.filter((name) => !copies.has(name) && name !== shared);
    this.#unknown = unknown;
    const results = await Promise.all([
      this.#ask({ name: "begin", text: "begin" }),
      ...(unknown.length > 0 ? [this.#ask(lockShared), this.#ask(createWorlds, [...unknown].sort())] : []),
      organizations ? this.#ask(skipsLocked ? lockFreeWorlds : lockWorlds, [...names]) : this.#ask(lockAllWorlds),
      this.#ask(
        rowsSince,
        asked.map(([name]) => name),
        asked.map(([, version]) => version),
      ),
    ]);
    const heads = results[unknown.length > 0 ? 3 : 1]?.rows ?? [];
    const rows = results[unknown.length > 0 ? 4 : 2]?.rows ?? [];
    this.#noteHeads(heads);
    for (const name of this.#heads.keys()) copies.noteUse(name);
    if (!skipsLocked) this.#forgetGone(asked);
    await this.#bringUp(new Map(asked), rows);
  }

  /** Forgets the copies of worlds that are not there to be locked: removed by another process, or never committed. */
  #forgetGone(asked: readonly (readonly [name: string, since: number])[]): void {
    for (const [name, since] of asked) {
      if (!this.#heads.has(name)) this.#session.copies.forgetGone(name, since);
    }
  }

  /** A copy of a world whose creation was undone would pass for one of a world that is there. */
  #forgetUnknown(): void {
    for (const name of this.#unknown) this.#session.copies.forget(name);
  }

  /** Runs commands on what is locked, and gives their results when what they have changed is committed. */
  async carryOut(commands: readonly WorldCommand[]): Promise<Outcome[]> {
    let settle: (isCommitted: boolean) => void = () => undefined;
    const committed = new Promise<boolean>((resolve) => {
      settle = resolve;
    });
    const { copies, records } = this.#session;
    await this.#renewStale();
    const outcomes = commands.map(({ act }) => this.#run(act, committed));
    const { changed, all } = takeChanges(this.#session);
    const settled = committed.then(() => undefined);
    for (const { organization } of changed) copies.hold(organization, settled);
    try {
      const foreign = changed
        .map(({ organization }) => organization)
        .filter((name) => !this.#heads.get(name)?.isLocked);
      if (foreign.length > 0) await this.#createWorlds(foreign, settled);
      if (changed.length === 0) await this.#ask({ name: "commit", text: "commit" });
      else await this.#commit(changed);
      records.add(all);
      settle(true);
      return outcomes;
    } catch (error) {
      for (const { organization } of changed) copies.forget(organization);
      this.#forgetUnknown();
      settle(false);
      throw error;
    }
  }

  /** Ends it without a trace. */
  async rollback(): Promise<void> {
    this.#forgetUnknown();
    await this.#ask({ name: "rollback", text: "rollback" });
  }

  #ask(statement: Statement, ...values: unknown[]): Promise<QueryResult> {
    return this.#connection.query(values.length === 0 ? statement.text : prepared(statement, ...values));
  }

  #noteHeads(heads: readonly HeadRow[]): void {
    const [first] = heads;
    if (!first) throw new Error("the database has lost what all organizations share");
    checkSchema(this.#session, first.schema);
    this.#id = first.transaction;
    setTime(this.#session, first.now);
    for (const { organization, version, complete_since: completeSince, is_locked: isLocked } of heads) {
      this.#heads.set(organization, { organization, version, completeSince, isLocked });
    }
  }

  /** Worlds whose rows are not enough are loaded whole: nobody else can change them now, but for what all share. */
  async #bringUp(asked: ReadonlyMap<string, number>, rows: readonly OrganizationRow[]): Promise<void> {
    const { copies } = this.#session;
    const byOrganization = groupRows(rows);
    const missing: string[] = [];
    for (const head of this.#heads.values()) {
      const { organization } = head;
      await copies.settlingOf(organization);
      if (copies.versionOf(organization) >= head.version) continue;
      const since = asked.get(organization);
      const ofWorld = byOrganization.get(organization) ?? [];
      if (since === undefined || !copies.bringUp(head, ofWorld, since)) missing.push(organization);
    }
    if (missing.length === 0) return;
    const again = missing.map((name) => [name, copies.versionOf(name)] as const);
    const found = await this.#ask(
      rowsSince,
      again.map(([name]) => name),
      again.map(([, version]) => version),
    );
    await this.#bringUp(new Map(again), found.rows);
  }

  #run(act: () => unknown, committed: Promise<boolean>): Outcome {
    const { running } = this.#session;
    this.#session.running = { committed };
    try {
      return { value: act() };
    } catch (error) {
      return { error };
    } finally {
      this.#session.running = running;
    }
  }

  /** A read that turned out to change something has made a copy unusable meanwhile. */
  async #renewStale(): Promise<void> {
    const { copies } = this.#session;
    const isStale = ({ organization, version }: Head) => copies.versionOf(organization) < version;
    while ([...this.#heads.values()].some(isStale)) await this.#bringUp(new Map(), []);
  }

  /**
   * Creates worlds that a command has made, such as by restoring a snapshot: where all are locked, there is no other reason why
   * one is not, and nobody else can create it meanwhile.
   * @throws ForeignChange where not all are locked
   */
  async #createWorlds(names: readonly string[], settled: Promise<void>): Promise<void> {
    if (!this.#hasAll) throw new ForeignChange(names);
    const { copies } = this.#session;
    await this.#ask(createWorlds, [...names].sort());
    const { rows } = await this.#ask(lockWorlds, [shared, ...names]);
    this.#noteHeads(rows);
    for (const name of names) {
      const head = this.#heads.get(name);
      if (head) copies.bringUp(head, [], unknownVersion);
      copies.hold(name, settled);
    }
  }

  async #commit(changed: readonly ChangedWorld[]): Promise<void> {
    const { copies, records, wakes } = this.#session;
    const isGone = ({ organization, isWhole, rows }: ChangedWorld) =>
      organization !== shared && isWhole && rows.length === 0;
    const gone = changed.filter(isGone).map(({ organization }) => organization);
    const worlds = changed.filter((change) => !isGone(change)).map((change) => this.#written(change));
    for (const name of gone) copies.forget(name);
    const whole = worlds.filter(({ isWhole }) => isWhole).map(({ organization }) => organization);
    await this.#write(worlds, { gone, whole });
    for (const { organization, version, wakeAt } of worlds) {
      copies.release(organization, version);
      wakes.set(organization, wakeAt);
    }
    for (const name of [...gone, ...whole]) records.forget(name);
    for (const name of gone) wakes.set(name, undefined);
  }

  #written({ organization, isWhole, rows }: ChangedWorld): WrittenWorld {
    const { worlds } = this.#session.engine;
    const world = worlds.find(organization);
    const version = (this.#heads.get(organization)?.version ?? 0) + randomInt(1, maxVersionStep);
    const wakeAt = world?.clock.nextWake();
    return { organization, version, isWhole, isBlank: world?.isBlank ?? false, wakeAt, rows };
  }

  /** Writes and commits in one go. If the connection breaks meanwhile, another one is asked what has become of it. */
  async #write(
    worlds: readonly WrittenWorld[],
    { gone, whole }: { readonly gone: readonly string[]; readonly whole: readonly string[] },
  ): Promise<void> {
    const { kinds, keys, jsons, flags, worlds: places } = joinRows(worlds);
    const queries = [
      ...(gone.length > 0 ? [this.#ask(removeWorlds, gone)] : []),
      ...(whole.length > 0 ? [this.#ask(clearRows, whole), this.#ask(clearRecords, whole)] : []),
      this.#ask(
        writeRows,
        worlds.map(({ organization }) => organization),
        worlds.map(({ version }) => version),
        worlds.map(({ wakeAt }) => wakeAt ?? null),
        worlds.map(({ isBlank }) => isBlank),
        worlds.map(({ isWhole }) => isWhole),
        places,
        kinds,
        keys,
        jsons,
        flags,
        this.#session.run,
      ),
      this.#ask({ name: "commit", text: "commit" }),
    ];
    try {
      const results = await Promise.all(queries);
      if (results.at(-1)?.command !== "COMMIT") throw new Error("the transaction was not committed");
    } catch (error) {
      await Promise.allSettled(queries);
      if (!(await this.#wasCommitted(worlds))) throw error;
    }
  }

  /** Asks the database whether this transaction was committed. It may have to start again first. */
  async #wasCommitted(worlds: readonly WrittenWorld[]): Promise<boolean> {
    const { database } = this.#session;
    const until = performance.now() + maxDoubtMs;
    while (true) {
      try {
        const { rows } = await database.query(transactionStatus, [this.#id]);
        const status: string | null = rows[0]?.status ?? null;
        if (status === "committed") return await this.#areThere(worlds);
        if (status !== "in progress" || performance.now() > until) return false;
      } catch (error) {
        if (performance.now() > until) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, doubtPauseMs));
    }
  }

  /**
   * True if what was written is there. After a crash, PostgreSQL gives the number of a transaction that has left nothing on
   * the disk to another one: that it was committed says nothing then. The versions are those of this transaction alone.
   */
  async #areThere(worlds: readonly WrittenWorld[]): Promise<boolean> {
    if (worlds.length === 0) return true;
    const names = worlds.map(({ organization }) => organization);
    const versions = worlds.map(({ version }) => version);
    const { rows } = await this.#session.database.query(writtenVersions, [names, versions]);
    return rows[0].is_there;
  }
}

/**
 * Versions grow by a random step, so that no two transactions write the same one, even if the first is not committed. There
 * is room for as many commands as nobody sends.
 */
const maxVersionStep = 2 ** 16;
/** How long the database is asked what has become of a transaction, and how often, in real time. */
const maxDoubtMs = 15_000;
const doubtPauseMs = 100;

interface HeadRow {
  readonly organization: string;
  readonly version: number;
  readonly complete_since: number;
  readonly is_locked: boolean;
  readonly now: number;
  readonly schema: number;
  readonly transaction: string;
}

interface OrganizationRow extends VersionedRow {
  readonly organization: string;
}

/** Rows by their organizations. */
export function groupRows<Row extends { readonly organization: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.organization);
    if (group) group.push(row);
    else groups.set(row.organization, [row]);
  }
  return groups;
}
