import type { CommandEntry, CommandGroup, CommandTree } from "./command-entry.ts";
import { flagRow, flagSections, helpText, sectionText } from "./command-line/help-text.ts";
import { commands } from "./commands.ts";
import { serveEntry } from "./serve-entry.ts";

/** The short help: the commands, and the flags of `serve` that are used most. */
export async function mainHelp(): Promise<string> {
  const common = Object.entries((await serveEntry.describe()).flags).filter(([, { isCommon }]) => isCommon);
  return joined([
    "Usage: widgets-mock [command] [options]",
    "A stateful mock of the Widgets API, contract tests for it, and sample payloads.",
    await commandsSection(commands, ["help", "Show the help of a command"]),
    sectionText({ heading: "Common options of serve", rows: common.map(([name, flag]) => flagRow(name, flag)) }),
    sectionText({
      heading: "More",
      rows: [
        ["widgets-mock help serve", "every option of the mock"],
        ["widgets-mock help contract", "every option of the contract tests"],
        ["widgets-mock --version", "the version"],
      ],
    }),
  ]);
}

/** The help of a group of commands. */
export async function groupHelp(name: string, { summary, commands: tree, describe }: CommandGroup): Promise<string> {
  return joined([
    `Usage: widgets-mock ${name} <command> [options]`,
    `${summary}.`,
    await commandsSection(tree),
    ...(describe ? flagSections(await describe()) : []),
    `Run "widgets-mock help ${name} <command>" for the options of a command.`,
  ]);
}

/** The help of a command. */
export async function helpOfEntry(entry: CommandEntry): Promise<string> {
  return helpText(await entry.describe());
}

async function commandsSection(tree: CommandTree, ...more: readonly (readonly [string, string])[]): Promise<string> {
  const rows = Object.entries(tree).map(async ([name, one]) => {
    const { summary } = "run" in one ? await one.describe() : one;
    return [name, summary] as const;
  });
  return sectionText({ heading: "Commands", rows: [...(await Promise.all(rows)), ...more] });
}

function joined(parts: readonly string[]): string {
  return `${parts.join("\n\n")}\n`;
}
