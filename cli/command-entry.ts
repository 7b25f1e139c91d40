import type { Command, Invocation, RunCommand } from "./command-line/command.ts";
import type { Flags } from "./command-line/flag.ts";

/** A command that can be called: its description and its code, each loaded only when it is needed. */
export interface CommandEntry {
  readonly describe: () => Promise<Command>;
  readonly run: (invocation: Invocation) => Promise<number | undefined>;
  /** The exit code of an error that is not about usage: 1 of the contract tests would say that a rule is broken. */
  readonly errorExitCode: number;
  /** Commands that are called by a further word. */
  readonly commands?: CommandTree;
}

/** Commands that share their first word. */
export interface CommandGroup {
  readonly summary: string;
  readonly commands: CommandTree;
  /** The flags that they have in common, if there are any. */
  readonly describe?: () => Promise<Command>;
}

/** Commands and groups by the word that calls them. */
export type CommandTree = Readonly<Record<string, CommandEntry | CommandGroup>>;

/** Ties a command's code to its description, so that the types of its flags agree. */
export function commandEntry<Table extends Flags>(parts: {
  readonly describe: () => Promise<Command<Table>>;
  readonly run: () => Promise<RunCommand<Table>>;
  readonly errorExitCode?: number;
  readonly commands?: CommandTree;
}): CommandEntry {
  return {
    ...(parts.commands ? { commands: parts.commands } : {}),
    describe: parts.describe,
    run: async (invocation) => (await parts.run())(invocation as unknown as Invocation<Table>),
    errorExitCode: parts.errorExitCode ?? 1,
  };
}
