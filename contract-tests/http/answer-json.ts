import type { Json } from "../../spec/merge-patch.ts";

/** The most items of an array, the most values in all, and the deepest nesting, that are taken of an answer. */
const maxItems = 100_000;
const maxValues = 2_000_000;
const maxDepth = 200;
/** So many items of a longer array are kept: enough to see that a page is longer than it may be. */
const keptItems = 1000;

/** What an answer holds as JSON, as far as it is within limits; and what is beyond them. */
export interface AnswerJson {
  readonly body?: Json | undefined;
  readonly defect?: string | undefined;
  /** How many items its longest array had, where only some are kept. */
  readonly cutItems?: number | undefined;
}

/** What a text holds as JSON; undefined where it is none. */
export function jsonIn(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/**
 * What a text holds as JSON, within limits: what comes from a target must not exhaust whoever looks through it. It is measured
 * before it is parsed, because millions of values take seconds, in which nothing else is done.
 */
export function jsonWithin(text: string): AnswerJson {
  const { depth, values, cuts, isOpen } = new JsonMeter(text);
  // What does not end is no JSON.
  if (isOpen) return {};
  if (depth > maxDepth) return { defect: `its JSON is nested deeper than ${maxDepth} levels` };
  if (values > maxValues) return { defect: `its JSON has more than ${maxValues.toLocaleString("en")} values` };
  if (cuts.length === 0) return { body: jsonIn(text) };
  return { body: jsonIn(withoutCuts(text, cuts)), cutItems: Math.max(...cuts.map(({ items }) => items)) };
}

/** The items of an array that are left out, by their place in the text: all behind those that are kept. */
interface Cut {
  readonly from: number;
  readonly to: number;
  readonly items: number;
}

/** An array or object that is being measured. */
interface Container {
  items: number;
  /** Where the items end that are kept, and how many values there were until then. */
  keptTo: number;
  keptValues: number;
}

const [quote, backslash, comma, openArray, closeArray, openObject, closeObject] = [...'"\\,[]{}'].map((one) =>
  one.charCodeAt(0),
);

/** Measures what a text would be as JSON, without parsing it; of what is no JSON nothing is said. */
class JsonMeter {
  depth = 0;
  /** How many values there are at most, without those that are cut. */
  values = 1;
  /** In the order of their ends, none within another. */
  cuts: readonly Cut[] = [];
  readonly #open: Container[] = [];

  constructor(text: string) {
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === quote) at = endOfString(text, at);
      else if (code === comma) this.#goOn(at);
      else if (code === openArray || code === openObject) this.#enter();
      else if (code === closeArray || code === closeObject) this.#leave(at, code === closeArray);
    }
  }

  /** Whether something in it does not end. */
  get isOpen(): boolean {
    return this.#open.length > 0;
  }

  #goOn(at: number): void {
    const current = this.#open.at(-1);
    if (current && ++current.items === keptItems + 1) Object.assign(current, { keptTo: at, keptValues: this.values });
    this.values++;
  }

  #enter(): void {
    this.#open.push({ items: 1, keptTo: 0, keptValues: 0 });
    this.depth = Math.max(this.depth, this.#open.length);
    this.values++;
  }

  #leave(at: number, isArray: boolean): void {
    const closed = this.#open.pop();
    if (!closed || !isArray || closed.items <= maxItems) return;
    const cut = { from: closed.keptTo, to: at, items: closed.items };
    // What is cut within it goes with it.
    this.cuts = [...this.cuts.filter(({ to }) => to <= cut.from), cut];
    this.values = closed.keptValues;
  }
}

/** The place of the quote that ends a string, or the end of the text. */
function endOfString(text: string, begin: number): number {
  for (let at = text.indexOf('"', begin + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let before = at - 1;
    while (text.charCodeAt(before) === backslash) before--;
    if ((at - before) % 2 === 1) return at;
  }
  return text.length;
}

function withoutCuts(text: string, cuts: readonly Cut[]): string {
  const starts = [0, ...cuts.map(({ to }) => to)];
  return starts.map((start, n) => text.slice(start, cuts[n]?.from)).join("");
}
