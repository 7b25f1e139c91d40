import { type CommandContext, UsageError } from "./command-line/command.ts";
import { findCommand, type NamedCommand } from "./find-command.ts";
import { groupHelp, helpOfEntry, mainHelp } from "./help.ts";
import { beforeTerminator, reportError, runEntry } from "./run-entry.ts";

/**
 * Does what a command line asks for; errors are written to the standard error.
 * @returns the exit code
 */
export async function runCommandLine(args: readonly string[], context: CommandContext): Promise<number> {
  let errorExitCode = 1;
  try {
    const { found, path, rest } = await findCommand(args);
    if ("errorExitCode" in found) errorExitCode = found.errorExitCode;
    const help = await helpAskedFor(args, { found, path, rest });
    if (help !== undefined) {
      context.stdout.write(help);
      return 0;
    }
    if ("run" in found) return await runEntry(found, rest, context);
    throw new UsageError(`missing command after "${path.join(" ")}": ${Object.keys(found.commands).join(", ")}`);
  } catch (error) {
    return reportError(error, context, errorExitCode);
  }
}

/** The help, where it is asked for: whatever else is wrong with the command line. */
async function helpAskedFor(args: readonly string[], { found, path, rest }: NamedCommand): Promise<string | undefined> {
  const own = beforeTerminator(rest);
  const isAsked = args[0] === "help" || rest[0] === "help" || own.includes("--help") || own.includes("-h");
  if (!isAsked) return undefined;
  if (path.length === 0) return mainHelp();
  return "run" in found ? helpOfEntry(found) : groupHelp(path.join(" "), found);
}
