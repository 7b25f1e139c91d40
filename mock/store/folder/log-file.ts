import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { LineBuffer } from "./line-buffer.ts";

/** Bytes that are written at once, roughly. */
const blockLength = 1024 * 1024;

/** So much is written to find out whether there is room again. */
const probeLength = 64 * 1024;

/** A file that is only appended to. What could not be written whole is cut off before the next attempt. */
export class LogFile {
  readonly path: string;
  readonly #file: FileHandle;
  readonly #lines = new LineBuffer();
  /** True if whatever is written is on the disk at once. */
  readonly #isSynced: boolean;
  #length: number;
  #isTorn = false;

  private constructor(path: string, file: FileHandle, { length, isSynced }: { length: number; isSynced: boolean }) {
    this.path = path;
    this.#file = file;
    this.#length = length;
    this.#isSynced = isSynced;
  }

  /**
   * @param length of what is good of it; the rest is cut off
   * @param isShort true if little is written at a time, so that it is synced by the same call where the system can
   */
  static async open(path: string, length: number, { isShort = false } = {}): Promise<LogFile> {
    // Elsewhere it leaves out the cache of the disk, or is not there.
    const isSynced = isShort && process.platform === "linux";
    const flags = constants.O_RDWR | constants.O_CREAT | (isSynced ? constants.O_DSYNC : 0);
    const file = await open(path, flags, 0o600);
    await file.truncate(length);
    return new LogFile(path, file, { length, isSynced });
  }

  /** Bytes that are in it for certain. */
  get length(): number {
    return this.#length;
  }

  /**
   * Appends lines of JSON, and waits until they are on the disk.
   * @throws the system's error; then nothing counts as appended
   */
  async append(lines: Iterable<string> | AsyncIterable<string>, { isKept = true } = {}): Promise<void> {
    await this.cut();
    this.#isTorn = true;
    let length = this.#length;
    const write = async () => {
      const { bytes } = this.#lines;
      for (let done = 0; done < bytes.length; ) {
        done += (await this.#file.write(bytes, done, bytes.length - done, length + done)).bytesWritten;
      }
      length += bytes.length;
      this.#lines.clear();
    };
    this.#lines.clear();
    for await (const line of lines) {
      this.#lines.add(line);
      if (this.#lines.bytes.length >= blockLength) await write();
    }
    await write();
    if (!this.#isSynced) await this.#file.datasync();
    if (!isKept) return this.cut();
    this.#isTorn = false;
    this.#length = length;
  }

  /**
   * Finds out whether there is room for more, after an attempt that has failed.
   * @throws the system's error if there is none
   */
  async probe(): Promise<void> {
    await this.append([" ".repeat(probeLength)], { isKept: false });
  }

  /** Cuts off what is left of an attempt that has failed. */
  async cut(): Promise<void> {
    if (!this.#isTorn) return;
    await this.#file.truncate(this.#length);
    // A commit that was refused must not come back after a crash.
    await this.#file.datasync();
    this.#isTorn = false;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
