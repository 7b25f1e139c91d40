import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { describeReadError, describeWriteError } from "../../spec/files/file-error.ts";
import { UsageError } from "../command-line/command.ts";

/** @throws UsageError for a file that cannot be read, or is not JSON */
export function readJsonFile(cwd: string, file: string): unknown {
  try {
    return JSON.parse(readFileSync(resolve(cwd, file), "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(
      code === undefined ? `${file} is not JSON: ${message}` : `cannot read ${file}: ${describeReadError(error)}`,
    );
  }
}

/** @throws UsageError for a file that cannot be written */
export function writeJsonFile(cwd: string, file: string, value: unknown): void {
  try {
    writeFileSync(resolve(cwd, file), `${JSON.stringify(value)}\n`);
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${describeWriteError(error)}`);
  }
}
