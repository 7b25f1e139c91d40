import { readFileSync } from "node:fs";
import { type ExitPolicy, type KnownRules, type Report, readKnown, readReport } from "../contract-tests/index.ts";
import type { ContractFlags } from "./contract-flags.ts";
import { UsageError } from "./usage.ts";

/**
 * What counts in the exit.
 * @throws UsageError that names the flag
 */
export function policyOf(flags: ContractFlags): ExitPolicy {
  const { known, "fail-on": failOn = "fail", "fail-on-not-observed": failOnNotObserved = false } = flags;
  if (failOn !== "fail" && failOn !== "warn") throw new UsageError(`--fail-on is fail or warn, not "${failOn}".`);
  const rules = known === undefined ? {} : fromFile("--known", known, readKnown);
  return { failOn, failOnNotObserved, known: rules as KnownRules };
}

/**
 * The report to compare with.
 * @throws UsageError where the file has none
 */
export function comparedReport({ compare }: ContractFlags): Report | undefined {
  return compare === undefined ? undefined : fromFile("--compare", compare, readReport);
}

/** @throws UsageError that names the flag, the file and what is wrong with it */
function fromFile<T>(flag: string, file: string, read: (text: string) => T): T {
  try {
    return read(readFileSync(file, "utf8"));
  } catch (error) {
    const says = (error as Error).message.replace(/[^.?)]$/, "$&.");
    throw new UsageError(`${flag} ${file}: ${says}`);
  }
}
