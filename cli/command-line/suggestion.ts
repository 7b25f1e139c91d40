import { nearestOf } from "../../spec/nearest.ts";

/**
 * The known name that was probably meant: the nearest in spelling, or the one that the word is a part of, as `key` of
 * `api-key`.
 */
export function suggestionFor(word: string, names: readonly string[]): string | undefined {
  const withoutDashes = (name: string) => name.replaceAll(/[-_]/g, "").toLowerCase();
  const same = names.find((name) => withoutDashes(name) === withoutDashes(word));
  const partOf = () => names.find((name) => word.length > 2 && `-${name}-`.includes(`-${word}-`));
  return same ?? nearestOf(word, names) ?? partOf();
}
