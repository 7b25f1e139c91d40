/**
 * A text of a request as it can be shown: no longer than `length`, and well-formed, since half of a surrogate pair can
 * stand in JSON, and nowhere else.
 */
export function shownText(text: string, length: number): string {
  const shown = text.length > length ? `${text.slice(0, length)}…` : text;
  return shown.replaceAll(/\p{Surrogate}/gu, "\ufffd");
}
