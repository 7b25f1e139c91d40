/** `14:00:02.125` of an RFC 3339 time. */
export function timeOfDay(time: string): string {
  return time.slice(11, 23).replace("Z", "");
}

/** `2026-04-09 14:00:02` of an RFC 3339 time. */
export function dateAndTime(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)}`;
}

/** A time from another, such as `in 5 min` or `3 s ago`. */
export function relativeTime(time: string, now: number): string {
  const milliseconds = Date.parse(time) - now;
  const text = duration(Math.abs(milliseconds));
  if (Math.abs(milliseconds) < 1000) return "now";
  return milliseconds > 0 ? `in ${text}` : `${text} ago`;
}

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
  ["s", 1000],
] as const;

/** A length of time in its largest unit, with the next one where that says more, such as `2 h 30 min`. */
export function duration(milliseconds: number): string {
  const index = units.findIndex(([, size]) => milliseconds >= size);
  if (index === -1) return `${Math.round(milliseconds)} ms`;
  const [unit, size] = units[index] ?? units[3];
  const [nextUnit, nextSize] = units[index + 1] ?? ["", 0];
  const whole = Math.floor(milliseconds / size);
  const rest = nextSize === 0 ? 0 : Math.floor((milliseconds - whole * size) / nextSize);
  return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${nextUnit}`;
}

/** A number and a noun: `1 widget`, `2 widgets`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** JSON for reading; any other text as it is. */
export function prettyJson(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
