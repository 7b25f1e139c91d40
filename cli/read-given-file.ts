import { readFileSync } from "node:fs";
import { describeReadError } from "../spec/files/file-error.ts";
import { parseJsonFile } from "../spec/text/parse-json-file.ts";
import { UsageError } from "./command-line/command.ts";

/** Whether what a flag takes, a name or a file, is a file: whatever has a slash or a dot is one. */
export function isFileName(given: string): boolean {
  return /[./\\]/.test(given);
}

/**
 * Reads a JSON file.
 * @throws UsageError that names the source, the file and what is wrong with it
 */
export function readGivenJson(source: string, file: string): unknown {
  return readGivenFile(source, file, parseJsonFile);
}

/** @throws UsageError that names the source, the file and what is wrong with it */
export function readGivenFile<T>(source: string, file: string, read: (text: string) => T): T {
  try {
    return read(readFileSync(file, "utf8"));
  } catch (error) {
    const { syscall, message } = error as NodeJS.ErrnoException;
    if (syscall) throw new UsageError(`${source}: cannot read ${file}: ${describeReadError(error)}`);
    throw new UsageError(`${source} ${file}: ${message}`);
  }
}
