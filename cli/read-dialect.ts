import { readFileSync } from "node:fs";
import { UsageError } from "./command-line/command.ts";
import { describeReadError } from "./command-line/read-error.ts";

/**
 * Reads a dialect: a name, or the content of a JSON file. Whatever has a slash or a dot is a file.
 * @param source where it was given, such as `--dialect`
 * @throws UsageError where the file cannot be read or is not JSON
 */
export function readDialect(given: string, source: string): unknown {
  if (!/[./\\]/.test(given)) return given;
  let text: string;
  try {
    text = readFileSync(given, "utf8");
  } catch (error) {
    throw new UsageError(`${source}: cannot read ${given}: ${describeReadError(error as NodeJS.ErrnoException)}`);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${source}: ${given} is not JSON: ${(error as Error).message}`);
  }
}
