/**
 * Makes text from a server safe to show: characters that steer a terminal, are invisible or turn the reading direction
 * become escapes, so do the marks of a command in the log of a GitHub workflow, and long text is cut.
 */
export function printableText(text: string, maxLength = 400): string {
  const marked = text.replaceAll("##[", jsonEscape).replace(/^\s*::/, jsonEscape);
  const safe = marked.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, jsonEscape);
  return safe.length > maxLength ? `${safe.slice(0, maxLength - 1)}…` : safe;
}

/** Writes every character of a text as a JSON escape. */
export function jsonEscape(text: string): string {
  const codes = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
  return codes.map((code) => `\\u${code.toString(16).padStart(4, "0")}`).join("");
}
