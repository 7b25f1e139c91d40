import { commandEntry } from "./command-entry.ts";
import type { CommandContext } from "./command-line/command.ts";
import { reportError, runEntry } from "./run-entry.ts";
import { serve } from "./serve.ts";
import { serveCommand } from "./serve-flags.ts";

/** The command with its code, which is needed in any case. */
const serveEntry = commandEntry({ describe: async () => serveCommand, run: async () => serve });

/**
 * Serves the mock. The build bundles this module apart from the rest: what it loads at the start is one file instead of 35,
 * and to load so many takes a quarter of the start.
 * @param args without the name of the command
 * @returns the exit code
 */
export async function runServe(args: readonly string[], context: CommandContext): Promise<number> {
  try {
    return await runEntry(serveEntry, args, context);
  } catch (error) {
    return reportError(error, context, serveEntry.errorExitCode);
  }
}
