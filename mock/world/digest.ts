import fastSha256 from "fast-sha256";

const utf8 = new TextEncoder();

/** A digest of a text, of 128 bits (the first half of its SHA-256). Two texts never have the same one. */
export function digestOf(text: string): string {
  return btoa(String.fromCharCode(...fastSha256.hash(utf8.encode(text)).subarray(0, 16)));
}

/** Four integers of 32 bits made from a text, to seed a random generator with. */
export function seedsOf(text: string): [number, number, number, number] {
  const view = new DataView(fastSha256.hash(utf8.encode(text)).buffer);
  return [view.getInt32(0), view.getInt32(4), view.getInt32(8), view.getInt32(12)];
}

/** A name of letters and digits for a text, from 64 bits of its digest. */
export function shortNameOf(text: string): string {
  const [one, other] = seedsOf(text);
  return [one, other].map((part) => (part >>> 0).toString(36).padStart(7, "0")).join("");
}
