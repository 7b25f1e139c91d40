/**
 * A text of the target's as it can be shown: what would steer a terminal, hide something or turn the reading direction is
 * written as an escape, and what is long is cut.
 */
export function printable(text: string, longest = 400): string {
  const shown = text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, escaped);
  return shown.length > longest ? `${shown.slice(0, longest - 1)}…` : shown;
}

/** A text as JSON's escapes. */
export function escaped(text: string): string {
  return Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`).join(
    "",
  );
}
