import { nearestOf } from "../spec/nearest.ts";
import type { CommandEntry, CommandGroup } from "./command-entry.ts";
import { UsageError } from "./command-line/command.ts";
import type { Flags } from "./command-line/flag.ts";
import { countOptionWords } from "./command-line/parse-arguments.ts";
import { suggestionFor } from "./command-line/suggestion.ts";
import { commands } from "./commands.ts";
import { serveEntry } from "./serve-entry.ts";

/** A command that a command line names, and the arguments behind its name. */
export interface NamedCommand {
  readonly found: CommandEntry | CommandGroup;
  readonly path: readonly string[];
  readonly rest: readonly string[];
}

/**
 * The command that is named; `serve` where none is.
 * @throws UsageError for a command that does not exist, with the one that was probably meant
 */
export async function findCommand(args: readonly string[]): Promise<NamedCommand> {
  let words = args[0] === "help" ? args.slice(1) : args;
  let found: CommandEntry | CommandGroup = { commands, summary: "" };
  let depth = 0;
  /** Describes what the commands of a group have in common. */
  let common: CommandGroup["describe"];
  while (found.commands) {
    if (!("run" in found)) common = found.describe ?? common;
    if (common) words = withOptionsLast((await common()).flags, words, depth);
    const next = nextCommand(found, words.slice(0, depth + 1), depth);
    if (!next) break;
    depth++;
    found = next;
  }
  const isRoot = depth === 0 && args[0] !== "help";
  return { found: isRoot ? serveEntry : found, path: words.slice(0, depth), rest: words.slice(depth) };
}

/**
 * The command that the last of some words names; undefined where it names none.
 * @throws UsageError for a command that does not exist
 */
function nextCommand(
  { commands: known = {}, ...found }: CommandEntry | CommandGroup,
  path: readonly string[],
  depth: number,
): CommandEntry | CommandGroup | undefined {
  const word = path[depth];
  if (word === undefined || word.startsWith("-") || word === "help") return undefined;
  if (Object.hasOwn(known, word)) return known[word];
  // Of a command that can be called itself, the word is an argument, unless it is nearly one of those below it.
  if ("run" in found && nearestOf(word, Object.keys(known)) === undefined) return undefined;
  throw new UsageError(unknownCommand(path, Object.keys(known)));
}

/** Puts the options of a group behind the name of the next command: `ctl --url … health` is `ctl health --url …`. */
function withOptionsLast(flags: Flags, words: readonly string[], depth: number): readonly string[] {
  const count = words[depth]?.startsWith("-") ? (countOptionWords(flags, words.slice(depth)) ?? 0) : 0;
  return [...words.slice(0, depth), ...words.slice(depth + count), ...words.slice(depth, depth + count)];
}

function unknownCommand(path: readonly string[], known: readonly string[]): string {
  const suggestion = suggestionFor(path.at(-1) ?? "", known);
  const whole = [...path.slice(0, -1), suggestion].join(" ");
  const advice = suggestion ? `, did you mean "${whole}"?` : `; the commands are ${known.join(", ")}`;
  return `unknown command "${path.join(" ")}"${advice}`;
}
