import { readFileSync } from "node:fs";
import { UsageError } from "./usage.ts";

/**
 * A dialect's name, or what a JSON file holds: whatever has a slash or a dot is a file.
 * @param flag what it was given with
 * @throws UsageError where the file cannot be read or is no JSON
 */
export function readDialect(given: string, flag = "--dialect"): unknown {
  if (!/[./\\]/.test(given)) return given;
  let text: string;
  try {
    text = readFileSync(given, "utf8");
  } catch {
    throw new UsageError(`${flag}: the file ${given} cannot be read.`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${flag}: ${given} is not JSON: ${(error as Error).message}.`);
  }
}
