const utf8 = new TextEncoder();

/**
 * Gives out parts of larger arrays: to make and to free an array of bytes takes longer than to fill a small one. An array is
 * kept for as long as one of its parts is, so that a pool is for bytes of one kind, which are forgotten in about the order in
 * which they were made.
 */
export class BytePool {
  readonly #arrayBytes: number;
  #array = new Uint8Array();
  #used = 0;

  /** @param arrayBytes size of the larger arrays; what takes more than half of it has an array of its own */
  constructor(arrayBytes: number) {
    this.#arrayBytes = arrayBytes;
  }

  /** Zeros, to be filled. */
  allocate(length: number): Uint8Array<ArrayBuffer> {
    if (length > this.#arrayBytes / 2) return new Uint8Array(length);
    this.#makeRoom(length);
    return this.#take(length);
  }

  /** A text in UTF-8. */
  encode(text: string): Uint8Array<ArrayBuffer> {
    const most = 3 * text.length;
    if (most > this.#arrayBytes / 2) return utf8.encode(text);
    this.#makeRoom(most);
    return this.#take(utf8.encodeInto(text, this.#array.subarray(this.#used)).written);
  }

  #makeRoom(length: number): void {
    if (this.#used + length <= this.#array.byteLength) return;
    this.#array = new Uint8Array(this.#arrayBytes);
    this.#used = 0;
  }

  #take(length: number): Uint8Array<ArrayBuffer> {
    const part = new Uint8Array(this.#array.buffer, this.#used, length);
    this.#used += length;
    return part;
  }
}
