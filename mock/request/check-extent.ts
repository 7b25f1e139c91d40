import { Refusal } from "../refusal.ts";

/** More values, and deeper ones, are rejected before they are parsed: parsing, validating and forgetting them takes long. */
const maxValues = 10_000;
const maxDepth = 100;
/** A smaller body takes no time whatever is in it. */
const smallBytes = 4096;

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;

/**
 * Checks how many values there are in JSON that has not been parsed, and how deep they are nested.
 * @throws Refusal for more than any request has
 */
export function checkExtent(json: Uint8Array): void {
  if (json.byteLength <= smallBytes) return;
  let depth = 0;
  let values = 1;
  for (let at = 0; at < json.length; at++) {
    const byte = json[at] as number;
    if (byte === quote) at = endOfString(json, at);
    else if (byte === comma) values++;
    else if (isOpening(byte)) depth++;
    else if (isClosing(byte)) depth--;
    if (depth > maxDepth) throw tooExtensive("depth", `must not be nested deeper than ${maxDepth} levels`);
    if (values > maxValues) throw tooExtensive("count", `must not hold more than ${maxValues} values`);
  }
}

/** True for `[` and `{`, which differ by one bit. */
function isOpening(byte: number): boolean {
  return (byte | 0x20) === 0x7b;
}

/** True for `]` and `}`. */
function isClosing(byte: number): boolean {
  return (byte | 0x20) === 0x7d;
}

/** The place of the quote that ends a string. */
function endOfString(json: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== quote) at += json[at] === backslash ? 2 : 1;
  return at;
}

function tooExtensive(code: string, detail: string): Refusal {
  const summary = `Invalid body: # ${detail}.`;
  return new Refusal("validation_error", { values: { summary }, issues: [{ pointer: "#", code, detail }] });
}
