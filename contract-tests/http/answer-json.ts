import { isJsonObject, type Json } from "../../spec/merge-patch.ts";

/** The most items of an array, and the deepest nesting, that are taken of an answer. */
const maxItems = 100_000;
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

/** What a text holds as JSON, within limits: what comes from a target must not exhaust whoever looks through it. */
export function jsonWithin(text: string): AnswerJson {
  const body = jsonIn(text);
  let cutItems: number | undefined;
  let level: readonly (Json | undefined)[] = [body];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth) return { defect: `its JSON is nested deeper than ${maxDepth} levels` };
    for (const value of level) {
      if (!Array.isArray(value) || value.length <= maxItems) continue;
      cutItems = Math.max(cutItems ?? 0, value.length);
      value.length = keptItems;
    }
    level = level.flatMap((value) => (Array.isArray(value) ? value : isJsonObject(value) ? Object.values(value) : []));
  }
  return { body, cutItems };
}
