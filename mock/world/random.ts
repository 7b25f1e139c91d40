import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

/** A stream of seeded choices: equal seeds give equal streams. */
export interface Random {
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number;
  /** Small letters and digits. */
  token(length: number): string;
}

export function createRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed);
  // The first outputs of neighbouring seeds resemble each other.
  for (let warmUp = 0; warmUp < 16; warmUp++) generator.next();
  return {
    integer: (min, max) => uniformInt(generator, min, max),
    token(length) {
      let token = "";
      // 36^6 is the largest power of 36 below 2^32, so one draw is good for six characters.
      while (token.length < length)
        token += uniformInt(generator, 0, 36 ** 6 - 1)
          .toString(36)
          .padStart(6, "0");
      return token.slice(0, length);
    },
  };
}

/** A 32-bit number from a text, by FNV-1a: for seeds and check sums, not for secrets. */
export function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}
