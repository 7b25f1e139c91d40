import { version } from "../mock/version.ts";
import { withoutPasswords } from "../spec/shown-url.ts";
import type { CommandEntry } from "./command-entry.ts";
import { type CommandContext, UsageError } from "./command-line/command.ts";
import { parseArguments } from "./command-line/parse-arguments.ts";
import { resolveFlags } from "./command-line/resolve-flags.ts";
import { strayVariables } from "./command-line/stray-variables.ts";
import { configKeys } from "./config-keys.ts";

/**
 * Runs a command with its arguments.
 * @returns the exit code
 */
export async function runEntry(entry: CommandEntry, args: readonly string[], context: CommandContext): Promise<number> {
  const own = beforeTerminator(args);
  if (own.includes("--version") || own.includes("-v")) {
    context.stdout.write(`${version}\n`);
    return 0;
  }
  const command = await entry.describe();
  const given = parseArguments(command, args);
  for (const note of strayVariables(command, context)) context.stderr.write(`widgets-mock: ${note}\n`);
  const { flags, sourceOf } = await resolveFlags(command, given, { ...context, keys: configKeys });
  return (await entry.run({ ...context, flags, sourceOf })) ?? 0;
}

/** The arguments that are the command's own: what follows "--" is for somebody else. */
export function beforeTerminator(args: readonly string[]): readonly string[] {
  const end = args.indexOf("--");
  return end === -1 ? args : args.slice(0, end);
}

/**
 * Writes an error to the standard error.
 * @param exitCode that of an error which is not about usage
 * @returns the exit code
 */
export function reportError(error: unknown, { stderr }: Pick<CommandContext, "stderr">, exitCode: number): number {
  const message = error instanceof Error ? error.message : String(error);
  stderr.write(`widgets-mock: ${withoutPasswords(message)}\n`);
  return error instanceof UsageError ? 2 : exitCode;
}
