import type { Command } from "./command.ts";
import { configFlagsOf } from "./command.ts";
import { environmentVariable, type Flag, synopsisOf } from "./flag.ts";
import { flagDescription } from "./help-text.ts";

/** A command's flags as a Markdown table, with their environment variables and keys in the config file. */
export function flagsTable(command: Command): string {
  const inConfig = new Set(configFlagsOf(command).map(([name]) => name));
  const rows = Object.entries(command.flags).map(([name, flag]) => [
    flagCell(name, flag),
    [flagDescription(flag), ...(flag.values ?? []).map(([value, meaning]) => `\`${value}\`: ${meaning}`)].join("<br>"),
    code(environmentVariable(name, flag, command.environmentPrefix)),
    code(inConfig.has(name) ? name : undefined),
  ]);
  const head = ["Flag", "What it does", "Environment", `Key in \`${command.config?.join(".") ?? ""}\``];
  // Columns that say nothing of any flag are left out.
  const shown = head.map((_, column) => column < 2 || rows.some((row) => row[column] !== ""));
  const line = (cells: readonly string[]) => `| ${cells.filter((_, column) => shown[column]).join(" | ")} |`;
  const rule = `|${"---|".repeat(shown.filter(Boolean).length)}`;
  return [line(head), rule, ...rows.map((row) => line(row.map((cell) => cell.replaceAll("|", "\\|"))))].join("\n");
}

function flagCell(name: string, flag: Flag): string {
  return [...(flag.short === undefined ? [] : [`-${flag.short}`]), synopsisOf(name, flag)].map(code).join(", ");
}

function code(text: string | undefined): string {
  return text === undefined ? "" : `\`${text}\``;
}
