import { closest, distance } from "fastest-levenshtein";

/**
 * " Did you mean …?" with the nearest of the known words, or nothing where none is near.
 * @returns a text to put behind a sentence
 */
export function didYouMean(word: string, known: readonly string[]): string {
  const nearest = nearestOf(word, known);
  return nearest === undefined ? "" : ` Did you mean "${nearest}"?`;
}

/** The nearest of the known words: a few letters away, and not more than half of them. */
export function nearestOf(word: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const nearest = closest(word, known);
  return distance(word, nearest) <= Math.max(1, Math.floor(Math.min(word.length, 8) / 2)) ? nearest : undefined;
}
