import fastSha256 from "fast-sha256";

const utf8 = new TextEncoder();

/** A digest of a text, of 128 bits (the first half of its SHA-256). Two texts never have the same one. */
export function digestOf(text: string): string {
  return btoa(String.fromCharCode(...fastSha256.hash(utf8.encode(text)).subarray(0, 16)));
}
