import { writeFileSync } from "node:fs";
import { describeWriteError } from "../spec/files/file-error.ts";
import { type Invocation, UsageError } from "./command-line/command.ts";
import type { initAdapterCommand } from "./contract-flags.ts";
import { adapterTemplate } from "./generated/adapter-template.ts";

/**
 * Writes the example of an adapter into a new file.
 * @throws UsageError for a file that exists or cannot be written
 */
export function initAdapter({ flags, stdout }: Invocation<typeof initAdapterCommand.flags>): undefined {
  const { file = "adapter.mjs" } = flags;
  try {
    writeFileSync(file, adapterTemplate, { flag: "wx" });
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${describeWriteError(error)}`);
  }
  const path = /^(\.{0,2}\/|[A-Za-z]:)/.test(file) ? file : `./${file}`;
  stdout.write(`Wrote ${file}. Edit it, then run: widgets-mock contract <base-url> --adapter ${path}\n`);
}
