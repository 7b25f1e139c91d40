/** True if a text is as a pattern says, in which `*` stands for any text. */
export function matchesText(pattern: string, text: string): boolean {
  if (!pattern.includes("*")) return pattern === text;
  return matchesSequence([...pattern], [...text], {
    isAny: (part) => part === "*",
    isSame: (part, one) => part === one,
  });
}

/** True if a path is as a pattern says: `*` stands for any text without a slash, a segment `**` for any segments. */
export function matchesPath(pattern: string, path: string): boolean {
  return matchesSequence(pattern.split("/"), path.split("/"), {
    isAny: (segment) => segment === "**",
    isSame: matchesText,
  });
}

interface SequencePattern {
  /** True for a part that stands for any number of items. */
  readonly isAny: (part: string) => boolean;
  readonly isSame: (part: string, item: string) => boolean;
}

/** Goes back to the last wildcard only, so that no pattern takes longer than the product of both lengths. */
function matchesSequence(
  pattern: readonly string[],
  items: readonly string[],
  { isAny, isSame }: SequencePattern,
): boolean {
  let place = 0;
  let any: { readonly place: number; from: number } | undefined;
  for (let index = 0; index < items.length; ) {
    const part = pattern[place];
    if (part !== undefined && isAny(part)) {
      any = { place: place + 1, from: index };
      place++;
    } else if (part !== undefined && isSame(part, items[index] ?? "")) {
      place++;
      index++;
    } else if (any) {
      any.from++;
      place = any.place;
      index = any.from;
    } else return false;
  }
  return pattern.slice(place).every(isAny);
}
