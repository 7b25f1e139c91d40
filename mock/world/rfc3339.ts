/** The last texts, each in a place of its second. */
const texts: { readonly second: number; readonly text: string }[] = [];
const maxTexts = 256;
let millisecond = Number.NaN;
let millisecondText = "";

/** Formats a time as the API does: RFC 3339 in UTC, to the second (A-OBJ-4). Most are of a second that was there lately. */
export function toRfc3339(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000);
  const place = Math.abs(second % maxTexts);
  let last = texts[place];
  if (last?.second !== second) {
    last = { second, text: `${new Date(milliseconds).toISOString().slice(0, 19)}Z` };
    texts[place] = last;
  }
  return last.text;
}

/** Formats a time to the millisecond. */
export function toPreciseRfc3339(milliseconds: number): string {
  if (milliseconds !== millisecond) {
    millisecondText = new Date(milliseconds).toISOString();
    millisecond = milliseconds;
  }
  return millisecondText;
}
