import { withoutPasswords } from "../spec/shown-url.ts";

/** Thrown for an invalid option of `createMock`. The message is for the user. */
export class OptionError extends Error {
  override readonly name = "OptionError";
  /** Path of the option, such as `seed` or `webhooks[0].secret`. */
  readonly field: string;
  /** The message without the field: `must be a non-negative integer, got "x"`. */
  readonly problem: string;

  constructor(field: string, problem: string, message: string = `${field} ${problem}`) {
    super(message);
    this.field = field;
    this.problem = problem;
  }
}

/** A problem in the form `must be a non-negative integer, got "x"`. */
export function mustBe(expected: string, value: unknown): string {
  return `must be ${expected}, got ${describeValue(value)}`;
}

/** Longer texts are cut, so that a message stays readable. */
const maxShown = 60;

/** What is behind it is not even looked at. */
const maxRead = 1000;

function describeValue(value: unknown): string {
  if (typeof value === "string") {
    const text = withoutPasswords(value.slice(0, maxRead));
    return text.length > maxShown ? `${JSON.stringify(text.slice(0, maxShown))}…` : JSON.stringify(text);
  }
  if (Array.isArray(value)) return "an array";
  if (typeof value === "function") return "a function";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
