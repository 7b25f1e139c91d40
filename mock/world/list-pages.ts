/** More pages than these are not kept. */
const mostPages = 8;

/** The newest pages of a list as bytes, for as long as nothing in the world changes. */
export class ListPages {
  readonly #kept = new Map<string, Uint8Array<ArrayBuffer>>();

  get(key: string): Uint8Array<ArrayBuffer> | undefined {
    return this.#kept.get(key);
  }

  set(key: string, bytes: Uint8Array<ArrayBuffer>): void {
    if (this.#kept.size >= mostPages) this.#kept.clear();
    this.#kept.set(key, bytes);
  }

  clear(): void {
    if (this.#kept.size > 0) this.#kept.clear();
  }
}
