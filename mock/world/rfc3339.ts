let second = Number.NaN;
let secondText = "";
let millisecond = Number.NaN;
let millisecondText = "";

/** Formats a time as the API does: RFC 3339 in UTC, to the second (A-OBJ-4). Most are of the same second as the last. */
export function toRfc3339(milliseconds: number): string {
  const whole = Math.floor(milliseconds / 1000);
  if (whole !== second) {
    secondText = `${new Date(milliseconds).toISOString().slice(0, 19)}Z`;
    second = whole;
  }
  return secondText;
}

/** Formats a time to the millisecond. */
export function toPreciseRfc3339(milliseconds: number): string {
  if (milliseconds !== millisecond) {
    millisecondText = new Date(milliseconds).toISOString();
    millisecond = milliseconds;
  }
  return millisecondText;
}
