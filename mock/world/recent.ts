/** A ring buffer: a mock that runs for weeks remembers no more than one that runs for minutes. */
export class Recent<T> {
  #entries: T[] = [];
  readonly #capacity: number;
  #next = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(entry: T): void {
    this.#entries[this.#next % this.#capacity] = entry;
    this.#next++;
  }

  /** The entries, oldest first. */
  entries(): T[] {
    const start = this.#next % this.#capacity;
    return this.#next <= this.#capacity
      ? [...this.#entries]
      : [...this.#entries.slice(start), ...this.#entries.slice(0, start)];
  }

  load(entries: readonly T[]): void {
    this.#entries = entries.slice(-this.#capacity);
    this.#next = this.#entries.length;
  }
}
