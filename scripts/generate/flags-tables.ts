import { type Command, configFlagsOf } from "../../cli/command-line/command.ts";
import { environmentVariable, type Flag, synopsisOf } from "../../cli/command-line/flag.ts";
import { flagDescription } from "../../cli/command-line/help-text.ts";
import { describeCommands, describeSettings } from "../../cli/commands.ts";
import { ctlCommands } from "../../cli/ctl/ctl-commands.ts";
import { ctlFlags } from "../../cli/ctl/ctl-flags.ts";
import { code, type MarkdownTables, markdownTable } from "./markdown-tables.ts";

/** The flags of each command that a page shows, as `flags of serve`. */
export async function flagsTables(): Promise<MarkdownTables> {
  const described = (await describeSettings()).filter(({ config }) => config !== undefined);
  return {
    ...Object.fromEntries(described.map((command) => [`flags of ${command.name}`, flagsTable(command)])),
    "commands of ctl": ctlCommandsTable(await describeCommands(ctlCommands)),
  };
}

/** The commands of `ctl`, each with its arguments and the options that it has beside the common ones. */
function ctlCommandsTable(commands: readonly Command[]): string {
  const rows = commands.map(({ name, summary, flags }) => {
    const own = Object.entries(flags).filter(([flag]) => !Object.hasOwn(ctlFlags, flag));
    const synopses = own.map(([flag, options]) => {
      const synopsis = synopsisOf(flag, options);
      return options.required ? synopsis : `[${synopsis}]`;
    });
    return [code([name, ...synopses].join(" ")), summary];
  });
  return markdownTable(["Command", "Description"], rows);
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
