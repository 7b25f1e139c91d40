import { accessSync, constants, mkdirSync } from "node:fs";
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
    mkdirSync(report, { recursive: true });
    accessSync(report, constants.W_OK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "EEXIST" || code === "ENOTDIR" ? "it must be a folder, and there is a file" : message;
    throw new UsageError(`${sourceOf("report")}: cannot write to ${report}: ${why}`);
  }
}
