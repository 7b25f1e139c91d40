import type { JoinedBody } from "../http/joined-body.ts";
import type { WorldBytes } from "./stored-bytes.ts";

/** More pages than these are not stored. */
const maxPages = 8;

/** A cache of list pages as bytes, until something in the world changes. */
export class ListPages {
  readonly #pages = new Map<string, JoinedBody>();
  readonly #stored: WorldBytes;
  #bytes = 0;

  constructor(stored: WorldBytes) {
    this.#stored = stored;
  }

  get(key: string): JoinedBody | undefined {
    return this.#pages.get(key);
  }

  set(key: string, page: JoinedBody): void {
    if (this.#pages.size >= maxPages) this.clear();
    if (this.#stored.isFull) return;
    this.#pages.set(key, page);
    this.#count(page.bytes.byteLength);
  }

  clear(): void {
    if (this.#pages.size === 0) return;
    this.#pages.clear();
    this.#count(-this.#bytes);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#stored.add(bytes);
  }
}
