import { accessSync, constants } from "node:fs";
import { describeWriteError } from "../spec/files/file-error.ts";
import { makeFolder } from "../spec/files/make-folder.ts";
import { UsageError } from "./command-line/command.ts";

interface ReportCall {
  readonly flags: { readonly report?: string | undefined };
  readonly sourceOf: (name: "report") => string;
}

/**
 * Makes the folder of a report before the work that it is about: what took long must not be lost at the end.
 * @throws UsageError that names the flag
 */
export function makeReportFolder({ flags: { report }, sourceOf }: ReportCall): void {
  if (report === undefined) return;
  try {
    makeFolder(report);
    accessSync(report, constants.W_OK);
  } catch (error) {
    throw new UsageError(`${sourceOf("report")}: cannot write to ${report}: ${describeWriteError(error)}`);
  }
}
