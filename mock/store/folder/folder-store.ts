import { describeWriteError } from "../../../spec/files/file-error.ts";
import { makeFolder } from "../../../spec/files/make-folder.ts";
import type { Engine } from "../../engine.ts";
import type { Refusal } from "../../refusal.ts";
import { Slices } from "../../snapshot/slices.ts";
import { applyRows, forgetCopy, parseRows } from "../apply-rows.ts";
import type { OpenStore } from "../open-mock.ts";
import type { Persistence } from "../persistence.ts";
import { shared, type WorldChange } from "../row.ts";
import type { Concern, Store, StoreStep } from "../store.ts";
import { StoreError } from "../store-error.ts";
import { storeUnavailable } from "../store-unavailable.ts";
import { Deferred } from "./deferred.ts";
import { lockFolder } from "./lock-folder.ts";
import type { LogFile } from "./log-file.ts";
import { linesOfCommit } from "./record.ts";
import { RowTable } from "./row-table.ts";
import { type FilesRead, StateFiles } from "./state-files.ts";
import { stateHeader } from "./state-format.ts";

/** When a store does what no request asks for. */
export interface FolderPace {
  /** A log is not replaced by a snapshot before it has so many bytes (default 32 MiB). */
  readonly minLogBytes: number;
  /** Recorded requests are written so long after the first one, in real time, if no commit takes them along (default 1000). */
  readonly lossyDelayMs: number;
  /** While nothing can be written, it is tried so often, in real time (default 1000). */
  readonly retryMs: number;
}

const defaultPace: FolderPace = { minLogBytes: 32 * 1024 * 1024, lossyDelayMs: 1000, retryMs: 1000 };

/** Opens the store in a folder, which is created if there is none. */
export function openFolder(folder: string, pace: Partial<FolderPace> = {}): OpenStore {
  return async (engine, persistence) => {
    makeOwnFolder(folder);
    const unlock = await lockFolder(folder);
    try {
      const files = new StateFiles(folder, stateHeader(engine));
      const table = new RowTable();
      const read = await files.read(table);
      loadAll(engine, persistence, table);
      const log = await files.openLog(read.newest, read.length);
      return new FolderStore({
        folder,
        engine,
        persistence,
        files,
        log,
        read,
        unlock,
        pace: { ...defaultPace, ...pace },
      });
    } catch (error) {
      await unlock();
      throw error;
    }
  };
}

function makeOwnFolder(folder: string): void {
  try {
    // The keys of organizations and the secrets of webhooks are in it.
    makeFolder(folder, 0o700);
  } catch (error) {
    throw new StoreError(`${folder} cannot be created: ${describeWriteError(error)}`);
  }
}

/** Loads everything; of what was under way, the rest follows. */
function loadAll(engine: Engine, persistence: Persistence, table: RowTable): void {
  const organizations = [...table.organizations];
  const isLoaded = organizations.includes(shared);
  if (isLoaded) applyRows(engine, shared, parseRows(table.rows(shared)));
  persistence.run = persistence.runs;
  persistence.runs = persistence.run + 1;
  persistence.placeShared({ isLoaded });
  engine.worlds.state.changes?.changedHead("mock");
  for (const organization of organizations) load(engine, table, organization);
  for (const _ of engine.worlds.journals.sort());
}

function load(engine: Engine, table: RowTable, organization: string): void {
  if (organization !== shared) applyRows(engine, organization, parseRows(table.rows(organization)));
  engine.worlds.find(organization)?.webhooks.resume();
  table.forget(organization);
}

interface FolderStoreSettings {
  readonly folder: string;
  readonly engine: Engine;
  readonly persistence: Persistence;
  readonly files: StateFiles;
  readonly log: LogFile;
  readonly read: FilesRead;
  readonly unlock: () => Promise<void>;
  readonly pace: FolderPace;
}

/**
 * Keeps the state in a folder: an append-only log of commits. All that is changed while one commit is on its way to the
 * disk is in the next one, so that many requests share a write.
 */
class FolderStore implements Store {
  readonly description: string;
  readonly notes: readonly string[];
  readonly #settings: FolderStoreSettings;
  #log: LogFile;
  #logNumber: number;
  #commit: number;
  #snapshotBytes: number;
  /** The commit that is being written: true when it is on the disk, false if it was rolled back. And the organizations in it. */
  #current: Deferred<boolean> | undefined;
  #organizations: ReadonlySet<string> = new Set();
  /** The commit after it. */
  #next: Deferred<boolean> | undefined;
  #isWriting = false;
  #isStepping = false;
  /** Why nothing can be written at the moment. */
  #failure: string | undefined;
  /** Number of failures so far. */
  #failures = 0;
  #recovery: Promise<void> | undefined;
  #snapshot: Promise<void> | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #lossyTimer: ReturnType<typeof setTimeout> | undefined;
  #isClosing = false;

  constructor(settings: FolderStoreSettings) {
    const { folder, log, read, persistence } = settings;
    this.#settings = settings;
    this.description = folder;
    this.notes = read.notes;
    this.#log = log;
    this.#logNumber = read.newest;
    this.#commit = read.commit;
    this.#snapshotBytes = read.snapshotBytes;
    persistence.tracker.onDirty = () => this.#scheduleWrite();
    persistence.tracker.onLossy = () => this.#scheduleLossy();
    if (persistence.tracker.isDirty) this.#scheduleWrite();
  }

  run<Result>(step: StoreStep, act: () => Result): Result | Promise<Awaited<Result>> {
    // What is done inside a step is part of it.
    if (this.#isStepping) return act();
    if (this.#recovery) return this.#recovery.then(() => this.run(step, act)) as Promise<Awaited<Result>>;
    if (this.#failure !== undefined && !step.isRead) {
      return this.#retry().then(() => this.#runNow(step, act)) as Promise<Awaited<Result>>;
    }
    return this.#runNow(step, act);
  }

  async committed(): Promise<boolean> {
    return this.#next?.promise ?? this.#current?.promise ?? true;
  }

  requireWritable(): void {
    if (this.#failure !== undefined) throw unavailable(this.#failure);
  }

  async ready(): Promise<string | undefined> {
    return this.#failure;
  }

  async close(): Promise<void> {
    const { persistence, engine, unlock } = this.#settings;
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#lossyTimer);
    this.#isClosing = true;
    // The next process goes on counting where this one ends.
    persistence.runs = persistence.run;
    engine.worlds.state.changes?.changedHead("mock");
    this.#scheduleWrite();
    await this.committed();
    await this.#recovery;
    await this.#snapshot;
    await this.#log.close();
    await unlock();
  }

  #runNow<Result>(step: StoreStep, act: () => Result): Result | Promise<Awaited<Result>> {
    this.#isStepping = true;
    let result: Result;
    try {
      result = act();
    } finally {
      this.#isStepping = false;
    }
    const commit = this.#commitOf(step.concern);
    if (!commit) return result;
    return commit.promise.then((isCommitted) => {
      if (!isCommitted) throw unavailable(this.#failure ?? "it could not be written");
      return result;
    }) as Promise<Awaited<Result>>;
  }

  /** The commit with the latest change of what a step concerns: not even a read tells of what may be rolled back. */
  #commitOf(concern: Concern): Deferred<boolean> | undefined {
    const { engine, persistence } = this.#settings;
    if (!this.#next && !this.#current) return undefined;
    if (concern.kind === "all") return this.#next ?? this.#current;
    const organization = concern.kind === "organization" ? concern.organization : engine.worlds.ownerOf(concern.widget);
    const concerned = [shared, organization ?? shared];
    if (concerned.some((one) => persistence.tracker.hasChanged(one))) return this.#next;
    return concerned.some((one) => this.#organizations.has(one)) ? this.#current : undefined;
  }

  #scheduleWrite(): void {
    this.#next ??= new Deferred();
    if (this.#isWriting) return;
    this.#isWriting = true;
    // After the requests that have arrived together, which share a commit.
    setImmediate(() => void this.#write());
  }

  #scheduleLossy(): void {
    if (this.#lossyTimer || this.#isClosing) return;
    this.#lossyTimer = setTimeout(() => {
      this.#lossyTimer = undefined;
      if (this.#failure === undefined) this.#scheduleWrite();
    }, this.#settings.pace.lossyDelayMs);
    this.#lossyTimer.unref();
  }

  async #write(): Promise<void> {
    while (this.#next && !this.#recovery) {
      const commit = this.#next;
      const changes = this.#settings.persistence.tracker.take();
      this.#next = undefined;
      this.#current = commit;
      this.#organizations = new Set(changes.filter(isLasting).map(({ organization }) => organization));
      try {
        await this.#append(changes);
      } catch (error) {
        await this.#rollBack(error as NodeJS.ErrnoException);
      }
      this.#current = undefined;
      commit.resolve(this.#failure === undefined);
    }
    this.#isWriting = false;
  }

  async #append(changes: readonly WorldChange[]): Promise<void> {
    if (this.#failure !== undefined) await this.#log.probe();
    if (changes.length === 0) return this.#recover();
    await this.#log.append(linesOfCommit(this.#commit + 1, changes));
    this.#commit++;
    this.#recover();
    const isLong = this.#log.length >= Math.max(this.#settings.pace.minLogBytes, 2 * this.#snapshotBytes);
    if (isLong && !this.#snapshot) await this.#beginSnapshot();
  }

  /** Takes back what could not be committed, and what was built on it: it is loaded from the disk again. */
  async #rollBack(error: NodeJS.ErrnoException): Promise<void> {
    const { engine, persistence } = this.#settings;
    if (this.#failure === undefined)
      engine.observer.onError?.(new StoreError(`the state cannot be written: ${reasonOf(error)}`), "-");
    this.#failure = reasonOf(error);
    this.#failures++;
    for (const { clock } of engine.worlds.list()) clock.pause();
    const alsoLost = this.#next;
    this.#next = undefined;
    const lost = new Set([...this.#organizations, ...persistence.tracker.organizations]);
    persistence.tracker.take();
    this.#recovery = lost.size === 0 ? undefined : this.#reloadOnceReadable(lost);
    await this.#recovery;
    this.#recovery = undefined;
    alsoLost?.resolve(false);
    clearTimeout(this.#retryTimer);
    if (this.#isClosing) return;
    this.#retryTimer = setTimeout(() => this.#scheduleWrite(), this.#settings.pace.retryMs);
    this.#retryTimer.unref();
  }

  /** While a disk cannot even be read, nobody is answered: what is in memory was taken back. */
  async #reloadOnceReadable(organizations: ReadonlySet<string>): Promise<void> {
    const { engine, pace } = this.#settings;
    for (let isFirst = true; !this.#isClosing; isFirst = false) {
      try {
        return await this.#reload(organizations);
      } catch (error) {
        const reason = reasonOf(error as NodeJS.ErrnoException);
        if (isFirst) engine.observer.onError?.(new StoreError(`the state cannot be read: ${reason}`), "-");
        await new Promise((resolve) => setTimeout(resolve, pace.retryMs));
      }
    }
  }

  async #reload(organizations: ReadonlySet<string>): Promise<void> {
    const { engine, files, persistence } = this.#settings;
    await this.#log.cut().catch(() => undefined);
    const table = new RowTable(organizations);
    await files.read(table);
    // What a control in this process has changed meanwhile was built on it, too.
    persistence.tracker.take();
    if (organizations.has(shared)) {
      clearShared(engine);
      applyRows(engine, shared, parseRows(table.rows(shared)));
    }
    for (const organization of organizations) {
      if (organization !== shared) forgetCopy(engine, organization);
      load(engine, table, organization);
      engine.worlds.find(organization)?.clock.pause();
    }
  }

  #recover(): void {
    if (this.#failure === undefined) return;
    this.#failure = undefined;
    clearTimeout(this.#retryTimer);
    for (const { clock } of this.#settings.engine.worlds.list()) clock.unpause();
  }

  /** @throws Refusal if nothing can be written yet */
  async #retry(): Promise<void> {
    this.#scheduleWrite();
    await this.committed();
    this.requireWritable();
  }

  /** Goes on in another log, and writes a snapshot that takes the place of the one before, while requests are served. */
  async #beginSnapshot(): Promise<void> {
    const { files, engine } = this.#settings;
    try {
      const log = await files.openLog(this.#logNumber + 1, 0);
      await this.#log.close();
      this.#log = log;
      this.#logNumber++;
    } catch {
      // The log goes on; there may be more room later.
      return;
    }
    const failures = this.#failures;
    const mayFinish = async () => (await this.committed()) && failures === this.#failures;
    this.#snapshot = files
      .writeSnapshot(this.#logNumber, this.#snapshotLines(), mayFinish)
      .then((bytes) => {
        this.#snapshotBytes = bytes ?? this.#snapshotBytes;
      })
      .catch((error: unknown) => engine.observer.onError?.(error, "-"))
      .finally(() => {
        this.#snapshot = undefined;
      });
  }

  async *#snapshotLines(): AsyncGenerator<string> {
    const { engine, persistence } = this.#settings;
    const slices = new Slices();
    const organizations = [shared, ...engine.worlds.list().map(({ organization }) => organization)];
    const commit = this.#commit;
    for (const organization of organizations) {
      const source = persistence.sourceOf(organization);
      // It may be gone meanwhile.
      if (!source) continue;
      const whole = { organization, isWhole: true, rows: source.allRows(), lossy: [...source.lossyRows()] };
      for (const line of linesOfCommit(commit, [whole])) {
        yield line;
        if (slices.isOver) await slices.pause();
      }
    }
  }
}

/** False for a change of what may be lost alone, for which nobody waits. */
function isLasting({ isWhole, rows }: WorldChange): boolean {
  return isWhole || !(Array.isArray(rows) && rows.length === 0);
}

function clearShared({ worlds, organizations }: Engine): void {
  worlds.state.changes?.uncounted(() => worlds.faults.clear());
  for (const { organization } of organizations.list()) {
    for (const { id } of organizations.keysOf(organization))
      organizations.restore({ part: "key", key: id, row: undefined });
    organizations.restore({ part: "organization", key: organization, row: undefined });
  }
}

const reasons: { readonly [code: string]: string } = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is reached",
  EFBIG: "a file has reached its size limit",
  EROFS: "the disk is read-only",
};

function reasonOf({ code = "", message }: NodeJS.ErrnoException): string {
  return reasons[code] ?? message;
}

function unavailable(reason: string): Refusal {
  return storeUnavailable(`${reason}; reads go on`);
}
