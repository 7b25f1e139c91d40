import { roughBytes, type WorldBytes } from "./stored-bytes.ts";

/** More pages than these are not stored. */
const maxPages = 8;

/** A page as JSON, as text or UTF-8. */
type Page = string | Uint8Array<ArrayBuffer>;

const utf8 = new TextEncoder();

/** A cache of list pages, until something in the world changes. */
export class ListPages {
  readonly #pages = new Map<string, Page>();
  readonly #stored: WorldBytes;
  #bytes = 0;

  constructor(stored: WorldBytes) {
    this.#stored = stored;
  }

  /** A page that is asked for again is encoded, once. */
  get(key: string): Page | undefined {
    const page = this.#pages.get(key);
    if (typeof page !== "string") return page;
    const bytes = utf8.encode(page);
    this.#pages.set(key, bytes);
    return bytes;
  }

  set(key: string, page: string): void {
    if (this.#pages.size >= maxPages) this.clear();
    if (this.#stored.isFull) return;
    this.#pages.set(key, page);
    this.#count(roughBytes(page, 0));
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
