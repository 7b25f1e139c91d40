import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { styleText } from "node:util";
import { type Report, type RunRecord, reportFiles, textReport } from "../contract-tests/index.ts";
import type { ContractFlags } from "./contract-flags.ts";

/** Prints a report and writes it where it is wanted; ends with what it came to. */
export function tell(report: Report, record: RunRecord, flags: ContractFlags): void {
  const text = textReport(report, {
    ...(process.stdout.isTTY ? { paint: styleText } : {}),
    ...(flags.report === undefined ? {} : { folder: flags.report }),
  });
  process.stdout.write(`${text}\n`);
  if (flags.report !== undefined) writeFiles(flags.report, reportFiles(report, record));
  const warns = flags["fail-on"] === "warn" && report.rules.some(({ verdict }) => verdict === "warn");
  process.exitCode = report.exit === 0 && warns ? 1 : report.exit;
}

function writeFiles(folder: string, files: { readonly [path: string]: string }): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
