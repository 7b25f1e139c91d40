import { readFileSync } from "node:fs";
import { type ExitPolicy, type KnownRules, type Report, readKnown, readReport } from "../contract-tests/index.ts";
import { UsageError } from "./command-line/command.ts";
import type { ContractFlags } from "./contract-flags.ts";

/**
 * What counts for the exit code.
 * @throws UsageError that names the flag
 */
export function exitPolicyOf({ known, failOn = "fail", failOnNotObserved }: ContractFlags): ExitPolicy {
  const rules = known === undefined ? {} : readFile("--known", known, readKnown);
  return { failOn, failOnNotObserved, known: rules as KnownRules };
}

/**
 * The report to compare with.
 * @throws UsageError where the file has none
 */
export function comparedReport({ compare }: ContractFlags): Report | undefined {
  return compare === undefined ? undefined : readFile("--compare", compare, readReport);
}

/** @throws UsageError that names the flag, the file and what is wrong with it */
function readFile<T>(flag: string, file: string, read: (text: string) => T): T {
  try {
    return read(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`${flag} ${file}: ${(error as Error).message}`);
  }
}
