import type { ValidationError } from "./validate.ts";

const typeNames: Readonly<Record<string, string>> = {
  array: "an array",
  boolean: "a boolean",
  integer: "an integer",
  null: "null",
  number: "a number",
  object: "an object",
  string: "a string",
};

/**
 * Says what a validator expected: `must have at most 100 characters`.
 * @param example a valid value, for patterns and formats
 */
export function describeError({ keyword, params, message = "is invalid" }: ValidationError, example?: unknown): string {
  switch (keyword) {
    case "not":
      return "is read-only";
    case "type":
      return `must be ${[params["type"]]
        .flat()
        .map((type) => typeNames[type])
        .join(" or ")}`;
    case "enum":
      return `must be one of ${params["allowedValues"].join(", ")}`;
    case "const":
      return `must be ${params["allowedValue"]}`;
    case "pattern":
    case "format":
      return example === undefined ? message : `must look like ${example}`;
    case "minimum":
      return `must be at least ${params["limit"]}`;
    case "maximum":
      return `must be at most ${params["limit"]}`;
    case "minLength":
      return `must have at least ${count(params["limit"], "character")}`;
    case "maxLength":
      return `must have at most ${count(params["limit"], "character")}`;
    case "minItems":
      return `must have at least ${count(params["limit"], "item")}`;
    case "maxItems":
      return `must have at most ${count(params["limit"], "item")}`;
    default:
      return message;
  }
}

function count(limit: number, unit: string): string {
  return `${limit} ${unit}${limit === 1 ? "" : "s"}`;
}
