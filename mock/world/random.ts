import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

const charactersPerDraw = 5;

/** A stream of seeded choices: equal seeds give equal streams. */
export interface Random {
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number;
  /** Letters and digits. */
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
      while (token.length < length) {
        // One draw is good for as many characters as fit 32 bits.
        let drawn = uniformInt(generator, 0, alphabet.length ** charactersPerDraw - 1);
        for (let n = 0; n < charactersPerDraw && token.length < length; n++) {
          token += alphabet[drawn % alphabet.length];
          drawn = Math.floor(drawn / alphabet.length);
        }
      }
      return token;
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
