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
  /** Times the bound that may be stored. */
  allowance = 1;

  constructor(bounds: MockBounds) {
    this.#bounds = bounds;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get isFull(): boolean {
    return this.#bytes >= this.#bounds.maxStoredMegabytes * 1_000_000 * this.allowance;
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
  #all: StoredBytes;
  #bytes = 0;
  #hasEnded = false;

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
    // The response to a webhook may come after the world was reset.
    if (this.#hasEnded) return;
    this.#bytes += bytes;
    this.#all.add(bytes);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Gives everything back, and counts nothing any more. */
  end(): void {
    this.add(-this.#bytes);
    this.#hasEnded = true;
  }

  /** Counts with those of another mock state from now on. */
  moveTo(all: StoredBytes): void {
    this.#all.add(-this.#bytes);
    all.add(this.#bytes);
    this.#all = all;
  }
}
