import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";
import { seedsOf } from "./digest.ts";

/** The state of a random generator, as a snapshot has it. */
export type RandomState = readonly number[];

/** A random generator, seeded with all of a text: what two texts name by it is never the same. */
export class Random {
  #generator: ReturnType<typeof xoroshiro128plusFromState>;

  constructor(seed: string) {
    this.#generator = xoroshiro128plusFromState(seedsOf(seed));
  }

  /** An integer from `min` to `max`, both included. */
  integer(min: number, max: number): number {
    return uniformInt(this.#generator, min, max);
  }

  /** A prefix with random lower-case letters and digits after it. */
  token(prefix: string, length: number): string {
    const pieces = [prefix];
    // 36^6 is the largest power of 36 below 2^32, so one draw gives six characters.
    for (let left = length; left > 0; left -= 6) {
      const six = uniformInt(this.#generator, 0, 36 ** 6 - 1).toString(36);
      pieces.push((six.length < 6 ? six.padStart(6, "0") : six).slice(0, left));
    }
    return pieces.join("");
  }

  save(): RandomState {
    return this.#generator.getState();
  }

  load(state: RandomState): void {
    this.#generator = xoroshiro128plusFromState(state);
  }
}

/** A 32-bit hash (FNV-1a) for seeds and checksums, not for secrets. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}
