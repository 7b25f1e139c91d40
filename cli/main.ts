import type { CommandEntry, CommandGroup } from "./command-entry.ts";
import { type CommandContext, UsageError } from "./command-line/command.ts";
import { suggestionFor } from "./command-line/suggestion.ts";
import { commands } from "./commands.ts";
import { groupHelp, helpOfEntry, mainHelp } from "./help.ts";
import { beforeTerminator, reportError, runEntry } from "./run-entry.ts";
import { serveEntry } from "./serve-entry.ts";

/** A command that a command line names, and the arguments behind its name. */
interface NamedCommand {
  readonly found: CommandEntry | CommandGroup;
  readonly path: readonly string[];
  readonly rest: readonly string[];
}

/**
 * Does what a command line asks for; errors are written to the standard error.
 * @returns the exit code
 */
export async function runCommandLine(args: readonly string[], context: CommandContext): Promise<number> {
  let errorExitCode = 1;
  try {
    const { found, path, rest } = findCommand(args);
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

/**
 * The command that is named; `serve` where none is.
 * @throws UsageError for a command that does not exist, with the one that was probably meant
 */
function findCommand(args: readonly string[]): NamedCommand {
  const words = args[0] === "help" ? args.slice(1) : args;
  let found: CommandEntry | CommandGroup = { commands, summary: "" };
  let depth = 0;
  while (found.commands) {
    const word: string | undefined = words[depth];
    if (word === undefined || word.startsWith("-") || word === "help") break;
    const next: CommandEntry | CommandGroup | undefined = Object.hasOwn(found.commands, word)
      ? found.commands[word]
      : undefined;
    // Of a command that can be called itself, the word is an argument.
    if (!next && "run" in found) break;
    depth++;
    if (!next) throw new UsageError(unknownCommand(words.slice(0, depth), Object.keys(found.commands)));
    found = next;
  }
  const isRoot = depth === 0 && args[0] !== "help";
  return { found: isRoot ? serveEntry : found, path: words.slice(0, depth), rest: words.slice(depth) };
}

function unknownCommand(path: readonly string[], known: readonly string[]): string {
  const suggestion = suggestionFor(path.at(-1) ?? "", known);
  const whole = [...path.slice(0, -1), suggestion].join(" ");
  const advice = suggestion ? `, did you mean "${whole}"?` : `; the commands are ${known.join(", ")}`;
  return `unknown command "${path.join(" ")}"${advice}`;
}

/** The help, where it is asked for: whatever else is wrong with the command line. */
async function helpAskedFor(args: readonly string[], { found, path, rest }: NamedCommand): Promise<string | undefined> {
  const own = beforeTerminator(rest);
  const isAsked = args[0] === "help" || rest[0] === "help" || own.includes("--help") || own.includes("-h");
  if (!isAsked) return undefined;
  if (path.length === 0) return mainHelp();
  return "run" in found ? helpOfEntry(found) : groupHelp(path.join(" "), found);
}
