import { basename, extname } from "node:path";
import type { MockOptions, OptionError } from "../mock/index.ts";
import { UsageError } from "./command-line/command.ts";
import { isFileName, readGivenJson } from "./read-given-file.ts";

/** What a flag for a scenario sets. */
type ScenarioOptions = Pick<MockOptions, "scenario" | "scenarios">;

/**
 * Reads a scenario: a name, or a JSON file with its steps or with a counterexample of the contract tests. That of a file is
 * named after it.
 * @param source where it was given, such as `--scenario`
 * @throws UsageError where the file cannot be read or is not JSON
 */
export function readScenario(given: string, source: string): ScenarioOptions {
  if (!isFileName(given)) return { scenario: given };
  const name = basename(given, extname(given));
  return {
    scenario: name,
    scenarios: { [name]: readGivenJson(source, given) } as NonNullable<MockOptions["scenarios"]>,
  };
}

/** The usage error for a scenario of a file that cannot be played; undefined for other errors. */
export function scenarioFileError(
  error: OptionError,
  given: string | undefined,
  source: string,
): UsageError | undefined {
  const [, place] = /^scenarios\.(.*)$/.exec(error.field) ?? [];
  if (place === undefined || given === undefined) return undefined;
  const inFile = place.slice(basename(given, extname(given)).length).replace(/^\./, "");
  return new UsageError(`${source} ${given}: ${[inFile, error.problem].filter((text) => text !== "").join(": ")}`);
}
