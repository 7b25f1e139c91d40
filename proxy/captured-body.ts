/** The most of a body that is kept, in bytes; the rest is passed on and forgotten. */
export const maxCapturedBytes = 16 * 1024 * 1024;

/** What was kept of a body while it was passed on. */
export class CapturedBody {
  /** Whether more came than is kept. */
  isCut = false;
  /** Whether its end came. */
  isWhole = false;
  #chunks: Buffer[] = [];
  #size = 0;

  add(chunk: Uint8Array): void {
    this.#size += chunk.length;
    if (this.#size <= maxCapturedBytes) this.#chunks.push(Buffer.from(chunk));
    else {
      this.isCut = true;
      this.#chunks = [];
    }
  }

  end(): void {
    this.isWhole = true;
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** The whole body; empty where it was cut. */
  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }
}
