import { type CommandTree, commandEntry } from "./command-entry.ts";
import type { Command } from "./command-line/command.ts";
import { ctlCommands } from "./ctl/ctl-commands.ts";
import { serveEntry } from "./serve-entry.ts";

/** All commands, in the order in which the help shows them. */
export const commands: CommandTree = {
  serve: serveEntry,
  ctl: {
    summary: "Control a running mock",
    describe: async () => (await import("./ctl/ctl-flags.ts")).ctlCommand,
    commands: ctlCommands,
  },
  contract: commandEntry({
    describe: async () => (await import("./contract-flags.ts")).contractCommand,
    run: async () => (await import("./contract.ts")).contract,
    errorExitCode: 2,
    commands: {
      "init-adapter": commandEntry({
        describe: async () => (await import("./contract-flags.ts")).initAdapterCommand,
        run: async () => (await import("./init-adapter.ts")).initAdapter,
      }),
    },
  }),
  rehearse: commandEntry({
    describe: async () => (await import("./rehearse-flags.ts")).rehearseCommand,
    run: async () => (await import("./rehearse.ts")).rehearse,
    errorExitCode: 2,
  }),
  coverage: commandEntry({
    describe: async () => (await import("./coverage-flags.ts")).coverageCommand,
    run: async () => (await import("./coverage.ts")).reportCoverage,
  }),
  proxy: commandEntry({
    describe: async () => (await import("./proxy-flags.ts")).proxyCommand,
    run: async () => (await import("./proxy.ts")).proxy,
    errorExitCode: 2,
  }),
  listen: commandEntry({
    describe: async () => (await import("./webhooks/webhook-flags.ts")).listenCommand,
    run: async () => (await import("./webhooks/listen-webhooks.ts")).listenForWebhooks,
  }),
  send: commandEntry({
    describe: async () => (await import("./webhooks/webhook-flags.ts")).sendCommand,
    run: async () => (await import("./webhooks/send-webhook.ts")).sendWebhooks,
  }),
  fixtures: {
    summary: "List, show, export and check sample payloads",
    commands: {
      list: commandEntry({
        describe: async () => (await import("./fixtures/fixtures-flags.ts")).listCommand,
        run: async () => (await import("./fixtures/list.ts")).listFixtures,
      }),
      show: commandEntry({
        describe: async () => (await import("./fixtures/fixtures-flags.ts")).showCommand,
        run: async () => (await import("./fixtures/show.ts")).showFixture,
      }),
      export: commandEntry({
        describe: async () => (await import("./fixtures/fixtures-flags.ts")).exportCommand,
        run: async () => (await import("./fixtures/export.ts")).exportFixtures,
      }),
      check: commandEntry({
        describe: async () => (await import("./fixtures/fixtures-flags.ts")).checkCommand,
        run: async () => (await import("./fixtures/check.ts")).checkFixtures,
      }),
    },
  },
  database: {
    summary: "Look after a database that keeps the state",
    commands: {
      migrate: commandEntry({
        describe: async () => (await import("./database-flags.ts")).migrateCommand,
        run: async () => (await import("./migrate-database.ts")).migrateDatabase,
      }),
    },
  },
  spec: commandEntry({
    describe: async () => (await import("./spec-flags.ts")).specCommand,
    run: async () => (await import("./spec.ts")).printSpec,
  }),
};

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
