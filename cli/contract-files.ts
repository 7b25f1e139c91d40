import { readFileSync } from "node:fs";
import { defined } from "../contract-tests/defined.ts";
import {
  type ExitPolicy,
  type KnownViolations,
  type Report,
  readKnownViolations,
  readReport,
} from "../contract-tests/index.ts";
import type { WidgetsDocument } from "../spec/document.ts";
import { UsageError } from "./command-line/command.ts";

/** A call with flags that decide what counts, of whatever command. */
export interface VerdictCall {
  readonly flags: {
    readonly known?: string | undefined;
    readonly failOn?: "fail" | "warn" | undefined;
    readonly failOnNotObserved?: boolean | undefined;
    readonly compare?: string | undefined;
    readonly expect?: string | undefined;
    readonly expectLevel?: "fail" | "warn" | undefined;
  };
  readonly sourceOf: (name: "known" | "compare" | "expect") => string;
}

/**
 * What counts for the exit code.
 * @throws UsageError that names the flag
 */
export function exitPolicyOf({ flags, sourceOf }: VerdictCall, document: WidgetsDocument): ExitPolicy {
  const { known, failOn = "fail", failOnNotObserved } = flags;
  const read = (text: string) => readKnownViolations(text, document);
  const rules: KnownViolations = known === undefined ? {} : readFile(sourceOf("known"), known, read);
  return { failOn, ...defined({ failOnNotObserved }), known: rules };
}

/**
 * The report to compare with.
 * @throws UsageError where the file has none
 */
export function comparedReport({ flags: { compare }, sourceOf }: VerdictCall): Report | undefined {
  return compare === undefined ? undefined : readFile(sourceOf("compare"), compare, readReport);
}

/** @throws UsageError that names the source, the file and what is wrong with it */
function readFile<T>(source: string, file: string, read: (text: string) => T): T {
  try {
    return read(readFileSync(file, "utf8"));
  } catch (error) {
    throw new UsageError(`${source} ${file}: ${(error as Error).message}`);
  }
}
