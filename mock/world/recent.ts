/** A ring buffer: a mock that runs for weeks remembers no more than one that runs for minutes. */
export class Recent<T> {
  #entries: T[] = [];
  #capacity: number;
  #next = 0;
  #total = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Number of entries that were ever added: the newest has the number before it. */
  get total(): number {
    return this.#total;
  }

  /** Goes on numbering after an entry that was loaded. */
  skipTo(total: number): void {
    this.#total = total;
  }

  /** Number of entries. */
  get size(): number {
    return this.#entries.length;
  }

  /** From now on, each new entry takes the place of the oldest one. */
  stopGrowing(): void {
    if (this.#entries.length < this.#capacity) this.load(this.entries(), Math.max(1, this.#entries.length));
  }

  /** Takes back what was added after the first so many. */
  takeBack(total: number): void {
    const count = Math.min(this.#total - total, this.size);
    if (count <= 0) return;
    this.load(this.entries().slice(0, this.size - count));
    this.#total = total;
  }

  add(entry: T): void {
    this.#entries[this.#next % this.#capacity] = entry;
    this.#next++;
    this.#total++;
  }

  /** The entries, oldest first. */
  entries(): T[] {
    const start = this.#next % this.#capacity;
    return this.#next <= this.#capacity
      ? [...this.#entries]
      : [...this.#entries.slice(start), ...this.#entries.slice(0, start)];
  }

  load(entries: readonly T[], capacity: number = this.#capacity): void {
    this.#capacity = capacity;
    this.#entries = entries.slice(-this.#capacity);
    this.#next = this.#entries.length;
    this.#total = Math.max(this.#total, this.#next);
  }
}
