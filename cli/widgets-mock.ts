#!/usr/bin/env node
import { UsageError } from "./usage.ts";

/** The subcommands; each is loaded only when it is called. */
const commands: { readonly [name: string]: () => Promise<(args: readonly string[]) => Promise<void>> } = {
  serve: async () => (await import("./serve.ts")).serve,
  contract: async () => (await import("./contract.ts")).contract,
  fixtures: async () => (await import("./fixtures.ts")).fixtures,
  spec: async () => (await import("./spec.ts")).spec,
};

// Whoever reads the output may go away, as `head` does; what is left to say is then said to nobody.
process.stdout.on("error", () => undefined);

const [first = "", ...rest] = process.argv.slice(2);
try {
  if (first === "" || first.startsWith("-")) await (await commands["serve"]?.())?.(process.argv.slice(2));
  else if (Object.hasOwn(commands, first)) await (await commands[first]?.())?.(rest);
  else {
    throw new UsageError(
      `There is no command "${first}". There are ${new Intl.ListFormat("en-GB").format(Object.keys(commands))}; see widgets-mock --help.`,
    );
  }
} catch (error) {
  process.stderr.write(`widgets-mock: ${error instanceof Error ? error.message : String(error)}\n`);
  // Of the contract tests 1 would say that a rule fails.
  process.exitCode = error instanceof UsageError || first === "contract" ? 2 : 1;
}
