import { type FileHandle, open } from "node:fs/promises";

/** Characters that are written at once, roughly. */
const blockLength = 1024 * 1024;

/** So much is written to find out whether there is room again. */
const probeLength = 64 * 1024;

/** A file that is only appended to. What could not be written whole is cut off before the next attempt. */
export class LogFile {
  readonly path: string;
  readonly #file: FileHandle;
  #length: number;
  #isTorn = false;

  private constructor(path: string, file: FileHandle, length: number) {
    this.path = path;
    this.#file = file;
    this.#length = length;
  }

  /** @param length of what is good of it; the rest is cut off */
  static async open(path: string, length: number): Promise<LogFile> {
    const file = await open(path, length === 0 ? "w" : "r+", 0o600);
    if (length > 0) await file.truncate(length);
    return new LogFile(path, file, length);
  }

  /** Bytes that are in it for certain. */
  get length(): number {
    return this.#length;
  }

  /**
   * Appends lines, and waits until they are on the disk.
   * @throws the system's error; then nothing counts as appended
   */
  async append(lines: Iterable<string> | AsyncIterable<string>, { isKept = true } = {}): Promise<void> {
    await this.cut();
    this.#isTorn = true;
    let length = this.#length;
    let texts: string[] = [];
    let waiting = 0;
    const write = async () => {
      const bytes = Buffer.from(texts.join(""));
      texts = [];
      waiting = 0;
      for (let done = 0; done < bytes.length; ) {
        done += (await this.#file.write(bytes, done, bytes.length - done, length + done)).bytesWritten;
      }
      length += bytes.length;
    };
    for await (const line of lines) {
      texts.push(line);
      waiting += line.length;
      if (waiting >= blockLength) await write();
    }
    await write();
    await this.#file.datasync();
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
    this.#isTorn = false;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }
}
