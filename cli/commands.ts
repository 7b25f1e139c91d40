import type { Command, Invocation, RunCommand } from "./command-line/command.ts";
import type { ConfigKeys } from "./command-line/config-file.ts";
import type { Flags } from "./command-line/flag.ts";
import { ctlCommands } from "./ctl/ctl-commands.ts";

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

/** `widgets-mock serve`, which is also what `widgets-mock` alone does. */
export const serveEntry = entry({
  describe: async () => (await import("./serve-flags.ts")).serveCommand,
  run: async () => (await import("./serve.ts")).serve,
});

/** All commands, in the order in which the help shows them. */
export const commands: CommandTree = {
  serve: serveEntry,
  ctl: {
    summary: "Control a running mock",
    describe: async () => (await import("./ctl/ctl-flags.ts")).ctlCommand,
    commands: ctlCommands,
  },
  contract: entry({
    describe: async () => (await import("./contract-flags.ts")).contractCommand,
    run: async () => (await import("./contract.ts")).contract,
    errorExitCode: 2,
    commands: {
      "init-adapter": entry({
        describe: async () => (await import("./contract-flags.ts")).initAdapterCommand,
        run: async () => (await import("./init-adapter.ts")).initAdapter,
      }),
    },
  }),
  fixtures: {
    summary: "List, show, export and check sample payloads",
    commands: {
      list: entry({
        describe: async () => (await import("./fixtures/fixtures-flags.ts")).listCommand,
        run: async () => (await import("./fixtures/list.ts")).listFixtures,
      }),
      show: entry({
        describe: async () => (await import("./fixtures/fixtures-flags.ts")).showCommand,
        run: async () => (await import("./fixtures/show.ts")).showFixture,
      }),
      export: entry({
        describe: async () => (await import("./fixtures/fixtures-flags.ts")).exportCommand,
        run: async () => (await import("./fixtures/export.ts")).exportFixtures,
      }),
      check: entry({
        describe: async () => (await import("./fixtures/fixtures-flags.ts")).checkCommand,
        run: async () => (await import("./fixtures/check.ts")).checkFixtures,
      }),
    },
  },
  spec: entry({
    describe: async () => (await import("./spec-flags.ts")).specCommand,
    run: async () => (await import("./spec.ts")).printSpec,
  }),
};

/** The keys that lead to the section of each command in a config file. */
export const configKeys: ConfigKeys = {
  serve: true,
  ctl: true,
  contract: true,
  fixtures: { list: true, export: true, check: true },
};

/** Ties a command's code to its description, so that the types of its flags agree. */
function entry<Table extends Flags>(parts: {
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

/** The descriptions of all commands. */
export async function describeCommands(tree: CommandTree = commands): Promise<Command[]> {
  const described = Object.values(tree).map(async (one) => [
    ...("run" in one ? [await one.describe()] : []),
    ...(one.commands ? await describeCommands(one.commands) : []),
  ]);
  return (await Promise.all(described)).flat();
}

/** The same for docs and schemas: for `ctl`, what its commands have in common. */
export async function describeSettings(): Promise<Command[]> {
  const { ctl, ...others } = commands;
  return [...(await describeCommands(others)), ...(ctl?.describe ? [await ctl.describe()] : [])];
}
