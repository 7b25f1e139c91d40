import { boundReached, type MockBounds } from "../bounds.ts";

/** Bytes of a text in memory, at most. */
const bytesOfCharacter = 2;

/** Bytes that a text takes in memory, with those of the object that holds it. */
export function roughBytes(text: { readonly length: number }, ofObject: number): number {
  return bytesOfCharacter * text.length + ofObject;
}

/** Counts roughly what all worlds of a mock hold in memory. */
export class StoredBytes {
  readonly #bounds: MockBounds;
  #bytes = 0;

  constructor(bounds: MockBounds) {
    this.#bounds = bounds;
  }

  get isFull(): boolean {
    return this.#bytes >= this.#bounds.maxStoredMegabytes * 1_000_000;
  }

  /** @throws Refusal if nothing more may be stored */
  requireRoom(): void {
    if (this.isFull) throw boundReached("maxStoredMegabytes", this.#bounds);
  }

  /** Counts what was stored, or forgotten if it is negative. */
  add(bytes: number): void {
    this.#bytes += bytes;
  }
}

/** The part of the bytes that one world holds, so that they are given back when it ends. */
export class WorldBytes {
  readonly #all: StoredBytes;
  #bytes = 0;

  constructor(all: StoredBytes) {
    this.#all = all;
  }

  get isFull(): boolean {
    return this.#all.isFull;
  }

  /** @throws Refusal if nothing more may be stored */
  requireRoom(): void {
    this.#all.requireRoom();
  }

  /** Counts what was stored, or forgotten if it is negative. */
  add(bytes: number): void {
    this.#bytes += bytes;
    this.#all.add(bytes);
  }

  /** Gives everything back. */
  clear(): void {
    this.add(-this.#bytes);
  }
}
