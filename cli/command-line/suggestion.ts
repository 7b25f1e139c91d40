import { nearestOf, numberedLike } from "../../spec/nearest.ts";

/**
 * The known name that was probably meant: the nearest in spelling, or the one that the word is a part of, as `key` of
 * `api-key`.
 */
export function suggestionFor(word: string, names: readonly string[]): string | undefined {
  const partOf = () => names.find((name) => word.length > 2 && `-${name}-`.includes(`-${word}-`));
  return spelledLike(word, names) ?? partOf();
}

/** What to say of a rule that does not exist: the one that was probably meant, the rules of its group, or where all are. */
export function adviceForRule(id: string, ids: readonly string[]): string {
  const meant = spelledLike(id, ids);
  if (meant !== undefined) return `, did you mean "${meant}"?`;
  const alike = numberedLike(id, ids);
  return alike.length > 0 ? `, must be one of ${alike.join(", ")}` : '; see "widgets-mock spec --rules"';
}

function spelledLike(word: string, names: readonly string[]): string | undefined {
  const withoutDashes = (name: string) => name.replaceAll(/[-_]/g, "").toLowerCase();
  return names.find((name) => withoutDashes(name) === withoutDashes(word)) ?? nearestOf(word, names);
}
