/** True if a text is as a pattern says, in which `*` stands for any text. */
export function matchesText(pattern: string, text: string): boolean {
  const [first = "", ...others] = pattern.split("*");
  const last = others.pop();
  if (last === undefined) return first === text;
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const part of others) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}

/** True if a path is as a pattern says: `*` stands for any text without a slash, a segment `**` for any segments. */
export function matchesPath(pattern: string, path: string): boolean {
  return matchesSegments(pattern.split("/"), path.split("/"));
}

/** Goes back to the last wildcard only, so that no pattern takes longer than the product of both lengths. */
function matchesSegments(pattern: readonly string[], segments: readonly string[]): boolean {
  const isAny = (part: string) => part === "**";
  let place = 0;
  let any: { readonly place: number; from: number } | undefined;
  for (let index = 0; index < segments.length; ) {
    const part = pattern[place];
    if (part !== undefined && isAny(part)) {
      any = { place: place + 1, from: index };
      place++;
    } else if (part !== undefined && matchesText(part, segments[index] ?? "")) {
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
