import { open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { StoreError } from "../store-error.ts";
import { LogFile } from "./log-file.ts";
import { type FileLine, readLines } from "./read-lines.ts";
import { jsonOf, type LogRecord, parseRecord } from "./record.ts";
import type { RowTable } from "./row-table.ts";
import { type Migrations, migrationOf, type StateHeader } from "./state-format.ts";

/** What is known of the files of a folder after they were read. */
export interface FilesRead {
  /** The number of the newest log, and how much of it is good. */
  readonly newest: number;
  readonly length: number;
  /** The latest commit. */
  readonly commit: number;
  /** Bytes of the snapshot. */
  readonly snapshotBytes: number;
  /** What was cut off, to be told. */
  readonly notes: readonly string[];
}

/** What was read of one file. */
interface FileRead {
  readonly length: number;
  readonly commit: number;
  readonly tornBytes: number;
}

/**
 * The files of a store in a folder: `snapshot-<n>`, and the logs of what came after it, `log-<n>` and those with higher
 * numbers, which are there for as long as the next snapshot is being written.
 */
export class StateFiles {
  readonly #folder: string;
  readonly #header: StateHeader;
  readonly #table: Migrations | undefined;

  constructor(folder: string, header: StateHeader, table?: Migrations) {
    this.#folder = folder;
    this.#header = header;
    this.#table = table;
  }

  snapshotPath(number: number): string {
    return join(this.#folder, `snapshot-${number}.jsonl`);
  }

  logPath(number: number): string {
    return join(this.#folder, `log-${number}.jsonl`);
  }

  /**
   * Reads all rows.
   * @throws StoreError if the files cannot be used
   */
  async read(table: RowTable): Promise<FilesRead> {
    const { snapshot, logs } = await this.#list();
    let commit = 0;
    let snapshotBytes = 0;
    if (snapshot !== undefined) {
      const read = await this.#readFile(this.snapshotPath(snapshot), { table, after: -1 });
      if (read.tornBytes > 0) throw damaged(this.snapshotPath(snapshot));
      snapshotBytes = read.length;
    }
    let newest = { number: snapshot ?? 1, length: 0, tornBytes: 0 };
    for (const number of logs) {
      const read = await this.#readFile(this.logPath(number), { table, after: commit });
      // A log that was just begun when its process ended has not even its first line.
      if (read.length === 0) continue;
      if (newest.tornBytes > 0) throw damaged(this.logPath(newest.number));
      commit = Math.max(commit, read.commit);
      newest = { number, ...read };
    }
    const { number, length, tornBytes } = newest;
    const notes = tornBytes > 0 ? [cutNote(this.logPath(number), tornBytes)] : [];
    return { newest: number, length, commit, snapshotBytes, notes };
  }

  /** Opens a log for what comes next, with its header if it is empty. */
  async openLog(number: number, length: number): Promise<LogFile> {
    const log = await LogFile.open(this.logPath(number), length, { isShort: true });
    if (length > 0) return log;
    try {
      await log.append([JSON.stringify(this.#header)]);
      await syncFolder(this.#folder);
      return log;
    } catch (error) {
      await log.close();
      await rm(log.path, { force: true });
      throw error;
    }
  }

  /**
   * Writes a snapshot, which takes the place of the one before and of the logs before its own.
   * @param lines of its records
   * @param mayFinish waits until everything that it holds is committed; false if it must not be used
   * @returns its size in bytes; undefined if it is not used
   */
  async writeSnapshot(
    number: number,
    lines: AsyncIterable<string>,
    mayFinish: () => Promise<boolean>,
  ): Promise<number | undefined> {
    const draft = `${this.snapshotPath(number)}.tmp`;
    try {
      const file = await LogFile.open(draft, 0);
      let isGood = false;
      try {
        await file.append([JSON.stringify(this.#header)]);
        await file.append(lines);
        isGood = await mayFinish();
      } finally {
        await file.close();
      }
      if (!isGood) return undefined;
      await rename(draft, this.snapshotPath(number));
      await syncFolder(this.#folder);
      await this.#removeBefore(number);
      return file.length;
    } finally {
      await rm(draft, { force: true });
    }
  }

  async #removeBefore(number: number): Promise<void> {
    for (const name of await readdir(this.#folder)) {
      if ((numberIn(name, "snapshot") ?? number) < number || (numberIn(name, "log") ?? number) < number) {
        await rm(join(this.#folder, name), { force: true });
      }
    }
  }

  async #list(): Promise<{ readonly snapshot: number | undefined; readonly logs: readonly number[] }> {
    const names = await readdir(this.#folder);
    const numbersOf = (kind: string) =>
      names
        .map((name) => numberIn(name, kind))
        .filter((number) => number !== undefined)
        .sort((a, b) => a - b);
    const snapshot = numbersOf("snapshot").at(-1);
    return { snapshot, logs: numbersOf("log").filter((number) => number >= (snapshot ?? 0)) };
  }

  async #readFile(path: string, { table, after }: { readonly table: RowTable; readonly after: number }) {
    const reader = new StateReader(path, { header: this.#header, migrations: this.#table, table, after });
    for await (const line of readLines(path)) reader.read(line);
    return reader.result;
  }
}

/** Reads a file up to what is torn at its end. */
class StateReader {
  readonly #path: string;
  readonly #settings: ReaderSettings;
  #migrate: ((record: LogRecord) => LogRecord) | undefined;
  /** Records of a commit whose last one has not come yet. */
  #pending: LogRecord[] = [];
  #isTorn = false;
  #length = 0;
  #end = 0;
  #commit: number;

  constructor(path: string, settings: ReaderSettings) {
    this.#path = path;
    this.#settings = settings;
    this.#commit = settings.after;
  }

  get result(): FileRead {
    return { length: this.#length, commit: this.#commit, tornBytes: this.#end - this.#length };
  }

  /** @throws StoreError for a file that was not written here, or damaged before its end */
  read({ bytes, end, isWhole }: FileLine): void {
    this.#end = end;
    const json = isWhole ? jsonOf(bytes) : undefined;
    if (json === undefined) this.#isTorn = true;
    else if (this.#migrate) this.#readRecord(this.#migrate(parseRecord(json)));
    else this.#readHeader(json);
  }

  #readHeader(json: string): void {
    if (this.#isTorn) throw damaged(this.#path);
    const { header, migrations } = this.#settings;
    this.#migrate = migrationOf(JSON.parse(json), header, {
      path: this.#path,
      ...(migrations && { table: migrations }),
    });
    this.#length = this.#end;
  }

  #readRecord(record: LogRecord): void {
    // All that is not on the disk for certain belongs to one commit: if a later one follows, something else has happened.
    if (this.#isTorn && record.commit > this.#commit + 1) throw damaged(this.#path);
    if (this.#isTorn) return;
    this.#pending.push(record);
    if (!record.isLast) return;
    for (const one of this.#pending) this.#settings.table.apply(one);
    this.#pending = [];
    this.#commit = record.commit;
    this.#length = this.#end;
  }
}

interface ReaderSettings {
  readonly header: StateHeader;
  readonly migrations: Migrations | undefined;
  readonly table: RowTable;
  /** The commit before the first one of the file. */
  readonly after: number;
}

function numberIn(name: string, kind: string): number | undefined {
  const digits = new RegExp(`^${kind}-(\\d+)\\.jsonl$`).exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

function cutNote(path: string, bytes: number): string {
  return `cut off an incomplete commit of ${bytes} bytes at the end of ${path}; no response had told of it`;
}

function damaged(path: string): StoreError {
  return new StoreError(
    `${path} is damaged before its end; restore the folder from a backup, or choose another folder for a new state`,
  );
}

async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders, and needs no such call.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
