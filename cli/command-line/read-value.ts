import type { Flag } from "./flag.ts";

/** A value that was read, or what it must be. */
export type ReadValue = { readonly value: boolean | number | string } | { readonly expected: string };

const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** What a time looks like, as a regular expression. */
export const durationPattern = `^(\\d+(?:\\.\\d+)?)(${Object.keys(unitMs).join("|")})?$`;

/** Reads a flag's value from text, as a command line and the environment have it. */
export function readText(flag: Flag, text: string): ReadValue {
  const value = parsedValue(flag, text);
  return value === undefined ? { expected: expectationOfFlag(flag) } : { value };
}

function parsedValue(flag: Flag, text: string): boolean | number | string | undefined {
  switch (flag.kind) {
    case "switch":
      return text === "true" || text === "1" ? true : text === "false" || text === "0" ? false : undefined;
    case "integer":
      return /^\d+$/.test(text) && isInRange(Number(text), flag) ? Number(text) : undefined;
    case "duration":
      return milliseconds(text, flag);
    case "text":
      return fits(flag, text) ? text : undefined;
  }
}

function milliseconds(text: string, { min = 0 }: { readonly min?: number }): number | undefined {
  const [, count, unit = "s"] = new RegExp(durationPattern).exec(text) ?? [];
  const ms = Number(count) * unitMs[unit as keyof typeof unitMs];
  return ms >= min ? ms : undefined;
}

function fits({ choices, pattern }: Extract<Flag, { kind: "text" }>, text: string): boolean {
  if (choices) return choices.includes(text);
  return pattern === undefined ? text !== "" : new RegExp(`^(?:${pattern})$`).test(text);
}

/** Reads a flag's value from a config file, where numbers and booleans stand as such. */
export function readConfigValue(flag: Flag, value: unknown): ReadValue {
  switch (flag.kind) {
    case "switch":
      return typeof value === "boolean" ? { value } : { expected: expectationOfFlag(flag) };
    case "integer":
      return Number.isInteger(value) && isInRange(value as number, flag)
        ? { value: value as number }
        : { expected: expectationOfFlag(flag) };
    default:
      return typeof value === "string" ? readText(flag, value) : { expected: expectationOfFlag(flag) };
  }
}

function isInRange(value: number, { min, max }: { readonly min: number; readonly max: number }): boolean {
  return value >= min && value <= max;
}

/** Says what a value must be. */
function expectationOfFlag(flag: Flag): string {
  switch (flag.kind) {
    case "switch":
      return "true or false";
    case "integer":
      return `an integer from ${flag.min} to ${flag.max}`;
    case "duration":
      return `a time such as 500ms, 90s or 10m${flag.min === undefined ? "" : `, ${flag.min}ms at least`}`;
    case "text":
      return flag.choices ? `one of ${flag.choices.join(", ")}` : (flag.expected ?? "a text that is not empty");
  }
}
