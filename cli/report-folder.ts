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
  if (report !== undefined) makeWritableFolder(report, sourceOf("report"));
}

/** @throws UsageError that names where the folder was given */
export function makeWritableFolder(folder: string, source: string): void {
  try {
    makeFolder(folder);
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new UsageError(`${source}: cannot write to ${folder}: ${describeWriteError(error)}`);
  }
}
