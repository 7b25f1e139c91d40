import { type Command, configFlagsOf } from "../../cli/command-line/command.ts";
import { environmentVariable, type Flag, synopsisOf } from "../../cli/command-line/flag.ts";
import { flagDescription } from "../../cli/command-line/help-text.ts";
import { describeCommands } from "../../cli/commands.ts";
import { code, type MarkdownTables, markdownTable } from "./markdown-tables.ts";

/** The flags of each command that a page shows, as `flags of serve`. */
export async function flagsTables(): Promise<MarkdownTables> {
  const described = (await describeCommands()).filter(({ config }) => config !== undefined);
  return Object.fromEntries(described.map((command) => [`flags of ${command.name}`, flagsTable(command)]));
}

/** A command's flags, with their environment variables and their keys in the config file. */
function flagsTable(command: Command): string {
  const inConfig = new Set(configFlagsOf(command).map(([name]) => name));
  const variableOf = (name: string, flag: Flag) => environmentVariable(name, flag, command.environmentPrefix);
  const hasVariables = Object.entries(command.flags).some(([name, flag]) => variableOf(name, flag) !== undefined);
  const head = ["Flag", "Description", ...(hasVariables ? ["Environment variable"] : []), "In the config file"];
  return markdownTable(
    head,
    Object.entries(command.flags).map(([name, flag]) => [
      flagCell(name, flag),
      [flagDescription(flag), ...(flag.values ?? []).map(([value, meaning]) => `${code(value)}: ${meaning}`)].join(
        "<br>",
      ),
      ...(hasVariables ? [codeOrNothing(variableOf(name, flag))] : []),
      codeOrNothing(inConfig.has(name) ? name : undefined),
    ]),
  );
}

function flagCell(name: string, flag: Flag): string {
  return [...(flag.short === undefined ? [] : [`-${flag.short}`]), synopsisOf(name, flag)].map(code).join(", ");
}

function codeOrNothing(text: string | undefined): string {
  return text === undefined ? "" : code(text);
}
