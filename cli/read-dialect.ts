import { isFileName, readGivenJson } from "./read-given-file.ts";

/**
 * Reads a dialect: a name, or the content of a JSON file.
 * @param source where it was given, such as `--dialect`
 * @throws UsageError where the file cannot be read or is not JSON
 */
export function readDialect(given: string, source: string): unknown {
  return isFileName(given) ? readGivenJson(source, given) : given;
}
