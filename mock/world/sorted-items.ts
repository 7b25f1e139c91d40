/** So many items are in one array, so that to put one in or take one out moves no more than these. */
const maxInChunk = 512;

/**
 * Items in order, no two of them equal, in short arrays one after the other. Nearly all are added behind all others, which
 * costs no more than to add to an array.
 */
export class SortedItems<Key, Item extends Key> {
  readonly #compare: (one: Key, other: Key) => number;
  /** None of them is empty. */
  #chunks: Item[][] = [];
  #size = 0;

  /** @param compare negative if the first comes before the second, 0 if they are equal */
  constructor(compare: (one: Key, other: Key) => number) {
    this.#compare = compare;
  }

  get size(): number {
    return this.#size;
  }

  get first(): Item | undefined {
    return this.#chunks[0]?.[0];
  }

  has(key: Key): boolean {
    const chunk = this.#chunks[this.#chunkOf(key)];
    return chunk !== undefined && this.#isAt(chunk, this.#placeIn(chunk, key), key);
  }

  /** Adds an item; false if an equal one is there. */
  add(item: Item): boolean {
    const last = this.#chunks.at(-1);
    if (last && this.#compare(last.at(-1) as Item, item) >= 0) return this.#insert(item);
    if (last && last.length < maxInChunk) last.push(item);
    else this.#chunks.push([item]);
    this.#size++;
    return true;
  }

  /** Removes the item that equals a key, if there is one. */
  delete(key: Key): void {
    const index = this.#chunkOf(key);
    const chunk = this.#chunks[index];
    if (!chunk) return;
    const place = this.#placeIn(chunk, key);
    if (!this.#isAt(chunk, place, key)) return;
    this.#size--;
    if (chunk.length === 1) this.#chunks.splice(index, 1);
    else if (place === 0) chunk.shift();
    else chunk.splice(place, 1);
  }

  clear(): void {
    this.#chunks = [];
    this.#size = 0;
  }

  /** Up to `count` items after a key, or from the first on. */
  after(key: Key | undefined, count: number): Item[] {
    const found: Item[] = [];
    let index = key === undefined ? 0 : this.#chunkOf(key);
    let place = 0;
    const start = this.#chunks[index];
    if (key !== undefined && start) {
      place = this.#placeIn(start, key);
      if (this.#isAt(start, place, key)) place++;
    }
    for (; index < this.#chunks.length && found.length < count; index++, place = 0) {
      const chunk = this.#chunks[index] as Item[];
      for (; place < chunk.length && found.length < count; place++) found.push(chunk[place] as Item);
    }
    return found;
  }

  /** Up to `count` items before a key, or from the last on, in reverse order. */
  before(key: Key | undefined, count: number): Item[] {
    const found: Item[] = [];
    let index = key === undefined ? this.#chunks.length : this.#chunkOf(key);
    const start = this.#chunks[index];
    let place = key !== undefined && start ? this.#placeIn(start, key) : 0;
    for (;;) {
      const chunk = this.#chunks[index];
      while (chunk && place > 0 && found.length < count) found.push(chunk[--place] as Item);
      if (index === 0 || found.length === count) return found;
      place = this.#chunks[--index]?.length ?? 0;
    }
  }

  *values(): IterableIterator<Item> {
    for (const chunk of this.#chunks) yield* chunk;
  }

  #insert(item: Item): boolean {
    const index = this.#chunkOf(item);
    const chunk = this.#chunks[index] as Item[];
    const place = this.#placeIn(chunk, item);
    if (this.#isAt(chunk, place, item)) return false;
    chunk.splice(place, 0, item);
    if (chunk.length > maxInChunk) this.#chunks.splice(index + 1, 0, chunk.splice(maxInChunk / 2));
    this.#size++;
    return true;
  }

  #isAt(chunk: readonly Item[], place: number, key: Key): boolean {
    const item = chunk[place];
    return item !== undefined && this.#compare(item, key) === 0;
  }

  /** The place of the first chunk that does not end before a key. */
  #chunkOf(key: Key): number {
    let [low, high] = [0, this.#chunks.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const chunk = this.#chunks[middle] as Item[];
      if (this.#compare(chunk[chunk.length - 1] as Item, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The place of the first item of a chunk that is not before a key. */
  #placeIn(chunk: readonly Item[], key: Key): number {
    let [low, high] = [0, chunk.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(chunk[middle] as Item, key) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
