/**
 * Makes text from a server safe to show: characters that steer a terminal, are invisible or turn the reading direction
 * become escapes, and long text is cut.
 */
export function printableText(text: string, maxLength = 400): string {
  const safe = text.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, jsonEscape);
  return safe.length > maxLength ? `${safe.slice(0, maxLength - 1)}…` : safe;
}

/** Writes every character of a text as a JSON escape. */
export function jsonEscape(text: string): string {
  const codes = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  return codes.map((code) => `\\u${code.toString(16).padStart(4, "0")}`).join("");
}
