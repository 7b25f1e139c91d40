import { type ParseArgsConfig, parseArgs } from "node:util";
import { didYouMean } from "../spec/nearest.ts";
import { UsageError } from "./command-line/command.ts";

type OptionsConfig = NonNullable<ParseArgsConfig["options"]>;

/**
 * Reads flags, and takes nothing else.
 * @param help the command that explains them
 * @throws UsageError that names the nearest flag
 */
export function readFlags<const T extends OptionsConfig>(args: readonly string[], options: T, help?: string) {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new UsageError(explain(error as NodeJS.ErrnoException, Object.keys(options), help));
  }
}

/**
 * Reads flags and what stands beside them.
 * @param help the command that explains them
 * @throws UsageError that names the nearest flag
 */
export function readFlagsAnd<const T extends OptionsConfig>(args: readonly string[], options: T, help?: string) {
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
    return { flags: values, positionals };
  } catch (error) {
    throw new UsageError(explain(error as NodeJS.ErrnoException, Object.keys(options), help));
  }
}

function explain(
  { code, message }: NodeJS.ErrnoException,
  known: readonly string[],
  help = "widgets-mock --help",
): string {
  const [, flag = ""] = /'(-[^' <=]*)/.exec(message) ?? [];
  switch (code) {
    case "ERR_PARSE_ARGS_UNKNOWN_OPTION":
      return `There is no option ${flag}.${didYouMean(
        flag,
        known.map((name) => `--${name}`),
      ).replaceAll('"', "")} See ${help}.`;
    case "ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL":
      return `"${/'([^']*)'/.exec(message)?.[1]}" is not understood here. See ${help}.`;
    default:
      return /argument missing|argument is ambiguous/.test(message)
        ? `The option ${/--[\w-]+/.exec(message)?.[0] ?? flag} needs a value. See ${help}.`
        : /does not take an argument/.test(message)
          ? `The option ${/--[\w-]+/.exec(message)?.[0] ?? flag} takes no value. See ${help}.`
          : `${message.split("\n")[0]} See ${help}.`;
  }
}

export { UsageError };
