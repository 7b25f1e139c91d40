/** Writes a text as a segment of a path; half of a surrogate pair, which no address can hold, becomes U+FFFD. */
export function pathSegment(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Cs}/gu, "\ufffd"));
}
