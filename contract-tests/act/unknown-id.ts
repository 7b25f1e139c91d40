/** An id of the same form that nobody has: its letters and figures are the last ones of their kind. */
export function idLike(id: string): string {
  const [prefix = "", rest = id] = /^([a-z]+_)?(.+)$/i.exec(id)?.slice(1) ?? [];
  return prefix + rest.replaceAll(/[a-z0-9]/gi, lastOfItsKind);
}

function lastOfItsKind(figure: string): string {
  if (/\d/.test(figure)) return "9";
  if (/[a-f]/.test(figure)) return "f";
  if (/[g-z]/.test(figure)) return "z";
  return /[A-F]/.test(figure) ? "F" : "Z";
}
