import { readFileSync } from "node:fs";
import { UsageError } from "./usage.ts";

/**
 * A dialect's name, or what a JSON file holds: whatever has a slash or a dot is a file.
 * @throws UsageError where the file cannot be read or is no JSON
 */
export function readDialect(given: string): unknown {
  if (!/[./\\]/.test(given)) return given;
  let text: string;
  try {
    text = readFileSync(given, "utf8");
  } catch {
    throw new UsageError(`--dialect: the file ${given} cannot be read.`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--dialect: ${given} is not JSON: ${(error as Error).message}.`);
  }
}
