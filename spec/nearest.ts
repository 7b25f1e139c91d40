/** Longer lists of known names are left out of a message. */
const maxListed = 15;

/**
 * The message for an unknown name: `unknown dialect "hostil", did you mean "hostile"?`, or the known names where none is
 * near: `unknown choice "5", must be one of accept, refuse`.
 */
export function unknownName(what: string, name: string, known: readonly string[]): string {
  const nearest = nearestOf(name, known);
  if (nearest !== undefined) return `unknown ${what} "${name}", did you mean "${nearest}"?`;
  const alike = numberedLike(name, known);
  const listed = alike.length > 0 ? alike : known;
  const list = listed.length > 0 && listed.length <= maxListed ? `, must be one of ${listed.join(", ")}` : "";
  return `unknown ${what} "${name}"${list}`;
}

/** The known names that differ from a word in their number alone: `A-LIST-2` and `A-LIST-3` for `A-LIST-99`. */
export function numberedLike(word: string, known: readonly string[]): readonly string[] {
  const withoutNumber = (name: string) => name.replace(/-?\d+$/, "");
  return known.filter((name) => name !== withoutNumber(name) && withoutNumber(name) === withoutNumber(word));
}

/**
 * The nearest of the known words, where it differs by a letter, or by one in three. A number is no spelling: PAUSE-9 may
 * mean any of its group, and only one with a doubled digit, PAUSE-44, has a nearest.
 */
export function nearestOf(word: string, known: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Math.max(1, Math.floor(word.length / 3)) + 1;
  const numbers = numbersIn(word);
  for (const name of known) {
    if (numbersIn(name) !== numbers) continue;
    const edits = Math.abs(name.length - word.length) < least ? editsBetween(word, name) : least;
    if (edits < least) [nearest, least] = [name, edits];
  }
  return nearest;
}

function numbersIn(word: string): string {
  return word
    .replaceAll(/\D+/g, " ")
    .trim()
    .replaceAll(/(\d)\1+/g, "$1");
}

/** Counts the letters to insert, delete, replace or swap with the next one (optimal string alignment). */
export function editsBetween(from: string, to: string): number {
  let [beforeLast, last]: [number[], number[]] = [[], Array.from({ length: to.length + 1 }, (_, index) => index)];
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const replaced = (last[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1);
      const isSwapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      const swapped = isSwapped ? (beforeLast[column - 2] ?? 0) + 1 : replaced;
      current.push(Math.min(replaced, swapped, (last[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    [beforeLast, last] = [last, current];
  }
  return last[to.length] ?? 0;
}
