import { readFileSync } from "node:fs";
import { UsageError } from "./command-line/command.ts";

/**
 * Reads a dialect: a name, or the content of a JSON file. Whatever has a slash or a dot is a file.
 * @param flag the flag that it was given with
 * @throws UsageError where the file cannot be read or is not JSON
 */
export function readDialect(given: string, flag = "--dialect"): unknown {
  if (!/[./\\]/.test(given)) return given;
  let text: string;
  try {
    text = readFileSync(given, "utf8");
  } catch {
    throw new UsageError(`${flag}: cannot read ${given}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${flag}: ${given} is not JSON: ${(error as Error).message}`);
  }
}
