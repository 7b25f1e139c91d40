import { defined } from "../contract-tests/defined.ts";
import {
  type ExitPolicy,
  type KnownViolations,
  type Report,
  readKnownViolations,
  readReport,
} from "../contract-tests/index.ts";
import type { WidgetsDocument } from "../spec/document.ts";
import { readGivenFile } from "./read-given-file.ts";

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
  const rules: KnownViolations = known === undefined ? {} : readGivenFile(sourceOf("known"), known, read);
  return { failOn, ...defined({ failOnNotObserved }), known: rules };
}

/**
 * The report to compare with.
 * @throws UsageError where the file has none
 */
export function comparedReport({ flags: { compare }, sourceOf }: VerdictCall): Report | undefined {
  return compare === undefined ? undefined : readGivenFile(sourceOf("compare"), compare, readReport);
}
