import { checksumLength, checksumOf } from "./record.ts";

const lineFeed = 0x0a;
const usualBytes = 256 * 1024;
/** A character has at most so many bytes. */
const maxBytesPerCharacter = 3;

/** Lines as bytes, each behind its checksum. It takes commit after commit, so that none of them leaves anything to collect. */
export class LineBuffer {
  #bytes = Buffer.allocUnsafeSlow(usualBytes);
  #length = 0;

  /** What was added; valid until the next change. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  add(json: string): void {
    const start = this.#length;
    const from = start + checksumLength;
    this.#reserve(from + maxBytesPerCharacter * json.length + 1);
    const end = from + this.#bytes.write(json, from);
    this.#bytes.write(checksumOf(this.#bytes.subarray(from, end)), start, "latin1");
    this.#bytes[end] = lineFeed;
    this.#length = end + 1;
  }

  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > usualBytes) this.#bytes = Buffer.allocUnsafeSlow(usualBytes);
  }

  #reserve(length: number): void {
    if (length <= this.#bytes.length) return;
    const longer = Buffer.allocUnsafeSlow(Math.max(length, 2 * this.#bytes.length));
    this.#bytes.copy(longer, 0, 0, this.#length);
    this.#bytes = longer;
  }
}
