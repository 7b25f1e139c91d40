import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ReportFiles } from "./report-files.ts";

/** Writes the files of a report into a folder, which is created if needed. */
export function writeFiles(folder: string, files: ReportFiles): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
