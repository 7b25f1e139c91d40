/** More pages than these are not stored. */
const maxPages = 8;

/** A cache of list pages as bytes, until something in the world changes. */
export class ListPages {
  readonly #pages = new Map<string, Uint8Array<ArrayBuffer>>();

  get(key: string): Uint8Array<ArrayBuffer> | undefined {
    return this.#pages.get(key);
  }

  set(key: string, bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#pages.size >= maxPages) this.#pages.clear();
    this.#pages.set(key, bytes);
  }

  clear(): void {
    if (this.#pages.size > 0) this.#pages.clear();
  }
}
