/** The path of a request's URL, not decoded. */
export function pathOf(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  const search = url.indexOf("?", start);
  const end = search === -1 ? url.indexOf("#", start) : search;
  return end === -1 ? url.slice(start) : url.slice(start, end);
}

/** The query of a request's URL with its question mark, or an empty string. */
export function searchOf(url: string): string {
  const start = url.indexOf("?");
  return start === -1 ? "" : url.slice(start);
}
