import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus, xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/** The state of a random generator, as a snapshot has it. */
export type RandomState = readonly number[];

/** A seeded random generator. */
export class Random {
  #generator: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed);
    // The first outputs of adjacent seeds are similar.
    for (let warmUp = 0; warmUp < 16; warmUp++) this.#generator.next();
  }

  /** An integer from `min` to `max`, both included. */
  integer(min: number, max: number): number {
    return uniformInt(this.#generator, min, max);
  }

  /** Random lower-case letters and digits. */
  token(length: number): string {
    let token = "";
    // 36^6 is the largest power of 36 below 2^32, so one draw gives six characters.
    while (token.length < length)
      token += uniformInt(this.#generator, 0, 36 ** 6 - 1)
        .toString(36)
        .padStart(6, "0");
    return token.slice(0, length);
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
