import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus, xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

/** Where a stream of choices has come to. */
export type RandomState = readonly number[];

/** A stream of seeded choices: equal seeds give equal streams. */
export class Random {
  #generator: ReturnType<typeof xoroshiro128plus>;

  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed);
    // The first outputs of neighbouring seeds resemble each other.
    for (let warmUp = 0; warmUp < 16; warmUp++) this.#generator.next();
  }

  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number {
    return uniformInt(this.#generator, min, max);
  }

  /** Small letters and digits. */
  token(length: number): string {
    let token = "";
    // 36^6 is the largest power of 36 below 2^32, so one draw is good for six characters.
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

/** A 32-bit number from a text, by FNV-1a: for seeds and check sums, not for secrets. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}
