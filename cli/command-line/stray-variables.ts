import { nearestOf } from "../../spec/nearest.ts";
import type { Command, CommandContext } from "./command.ts";
import { environmentVariable } from "./flag.ts";

/**
 * What may be wrong with the environment: variables that begin as a command's own do, and are nearly one of them. They are
 * no errors, since they may be somebody else's.
 */
export function strayVariables(command: Command, { env }: Pick<CommandContext, "env">): string[] {
  const { environmentPrefix: prefix, flags } = command;
  if (prefix === undefined) return [];
  const suffixes = Object.entries(flags)
    .map(([name, flag]) => environmentVariable(name, flag, prefix) ?? "")
    .filter((variable) => variable.startsWith(prefix))
    .map((variable) => variable.slice(prefix.length));
  return Object.keys(env)
    .filter((variable) => variable.startsWith(prefix) && !suffixes.includes(variable.slice(prefix.length)))
    .flatMap((variable) => {
      const meant = nearestOf(variable.slice(prefix.length), suffixes);
      return meant === undefined ? [] : [`${variable} is not read, did you mean ${prefix}${meant}?`];
    });
}
