import type { Command, Invocation, RunCommand } from "./command-line/command.ts";
import type { ConfigKeys } from "./command-line/config-file.ts";
import type { Flags } from "./command-line/flag.ts";

/** A command that can be called: its description and its code, each loaded only when it is needed. */
export interface CommandEntry {
  readonly summary: string;
  readonly describe: () => Promise<Command>;
  readonly run: (invocation: Invocation) => Promise<number | undefined>;
  /** The exit code of an error that is not about usage: 1 of the contract tests would say that a rule is broken. */
  readonly errorExitCode: number;
}

/** Commands that share their first word. */
export interface CommandGroup {
  readonly summary: string;
  readonly commands: CommandTree;
}

/** Commands and groups by the word that calls them. */
export type CommandTree = Readonly<Record<string, CommandEntry | CommandGroup>>;

/** All commands, in the order in which the help shows them. */
export const commands: CommandTree = {
  serve: entry({
    summary: "Run the mock server (the default command)",
    describe: async () => (await import("./serve-flags.ts")).serveCommand,
    run: async () => (await import("./serve.ts")).serve,
  }),
  contract: entry({
    summary: "Check a server against every documented rule",
    describe: async () => (await import("./contract-flags.ts")).contractCommand,
    run: async () => (await import("./contract.ts")).contract,
    errorExitCode: 2,
  }),
  fixtures: {
    summary: "List, show, export and check sample payloads",
    commands: {
      list: entry({
        summary: "List fixtures, by kind, status, rule or text",
        describe: async () => (await import("./fixtures/fixtures-flags.ts")).listCommand,
        run: async () => (await import("./fixtures/list.ts")).listFixtures,
      }),
      show: entry({
        summary: "Print a fixture",
        describe: async () => (await import("./fixtures/fixtures-flags.ts")).showCommand,
        run: async () => (await import("./fixtures/show.ts")).showFixture,
      }),
      export: entry({
        summary: "Write fixtures into a folder, with JSON Schemas and a README",
        describe: async () => (await import("./fixtures/fixtures-flags.ts")).exportCommand,
        run: async () => (await import("./fixtures/export.ts")).exportFixtures,
      }),
      check: entry({
        summary: "Check copies of fixtures, and payloads of your own",
        describe: async () => (await import("./fixtures/fixtures-flags.ts")).checkCommand,
        run: async () => (await import("./fixtures/check.ts")).checkFixtures,
      }),
    },
  },
  spec: entry({
    summary: "Print the OpenAPI document, or its rules",
    describe: async () => (await import("./spec-flags.ts")).specCommand,
    run: async () => (await import("./spec.ts")).printSpec,
  }),
};

/** The first keys of a config file, by which one command's section is told from a mistake. */
export const configKeys: ConfigKeys = {
  serve: true,
  contract: true,
  fixtures: { list: true, export: true, check: true },
};

/** Ties a command's code to its description, so that the types of its flags agree. */
function entry<Table extends Flags>(parts: {
  readonly summary: string;
  readonly describe: () => Promise<Command<Table>>;
  readonly run: () => Promise<RunCommand<Table>>;
  readonly errorExitCode?: number;
}): CommandEntry {
  return {
    summary: parts.summary,
    describe: parts.describe,
    run: async (invocation) => (await parts.run())(invocation as unknown as Invocation<Table>),
    errorExitCode: parts.errorExitCode ?? 1,
  };
}

/** The descriptions of all commands, for docs and schemas. */
export async function describeCommands(tree: CommandTree = commands): Promise<Command[]> {
  const described = Object.values(tree).map(async (one) =>
    "commands" in one ? describeCommands(one.commands) : [await one.describe()],
  );
  return (await Promise.all(described)).flat();
}
