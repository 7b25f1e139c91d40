import { parseArgs } from "node:util";
import { type Command, UsageError } from "./command.ts";
import { type Flags, optionName } from "./flag.ts";
import { suggestionFor } from "./suggestion.ts";

/** What a command line gives to each flag: one text or several; `"true"` and `"false"` to a switch. */
export type GivenTexts = ReadonlyMap<string, readonly string[]>;

/** A flag's name, and whether it was given as `--no-…`. */
interface NamedFlag {
  readonly name: string;
  readonly isNegated?: boolean;
}

/**
 * Takes a command line apart, and reads no value yet.
 * @throws UsageError for options that the command does not have, values that are missing, and arguments too many
 */
export function parseArguments(command: Command, args: readonly string[]): GivenTexts {
  const given = new Map<string, string[]>();
  const give = (name: string, text: string) => given.set(name, [...(given.get(name) ?? []), text]);
  const positionals = positionalNames(command.flags);
  for (const token of tokensOf(command.flags, args)) {
    if (token.kind === "positional") {
      const name = positionals[0];
      if (name === undefined) throw new UsageError(`unexpected argument "${token.value}"; ${seeHelp(command)}`);
      if (!command.flags[name]?.repeatable) positionals.shift();
      give(name, token.value);
    } else if (token.kind === "option") {
      const { name, isNegated } = namedFlag(command, token.name, token.rawName);
      give(name, command.flags[name]?.kind === "switch" ? switchText(token, isNegated) : valueText(token));
    }
  }
  return given;
}

/** How many words of a command line stand before the first that is no option and no value of one; undefined if all do. */
export function countOptionWords(flags: Flags, args: readonly string[]): number | undefined {
  return tokensOf(flags, args).find(({ kind }) => kind === "positional")?.index;
}

type OptionToken = Extract<ReturnType<typeof tokensOf>[number], { kind: "option" }>;

function tokensOf(flags: Flags, args: readonly string[]) {
  const options = Object.entries(flags)
    .filter(([, { positional }]) => !positional)
    .map(([name, { kind, short }]) => {
      const type = kind === "switch" ? ("boolean" as const) : ("string" as const);
      return [optionName(name).slice(2), { type, ...(short === undefined ? {} : { short }) }];
    });
  // Not strict: the messages are ours, and say what would be right.
  return parseArgs({
    args: [...args],
    options: Object.fromEntries(options),
    strict: false,
    allowPositionals: true,
    tokens: true,
  }).tokens;
}

function positionalNames(flags: Flags): string[] {
  return Object.keys(flags).filter((name) => flags[name]?.positional);
}

/** @throws UsageError with the name that was probably meant */
function namedFlag(command: Command, given: string, rawName: string): NamedFlag {
  const options = Object.entries(command.flags).filter(([, { positional }]) => !positional);
  const byOption = new Map(options.map(([name]) => [optionName(name), name]));
  const name = byOption.get(`--${given}`);
  if (name !== undefined) return { name };
  const negated = given.startsWith("no-") ? byOption.get(`--${given.slice(3)}`) : undefined;
  if (negated !== undefined && command.flags[negated]?.kind === "switch") return { name: negated, isNegated: true };
  const hint = command.hints?.[given];
  const names = [...byOption.keys()].map((option) => option.slice(2));
  const suggestion = hint === undefined && rawName.startsWith("--") ? suggestionFor(given, names) : undefined;
  const advice = suggestion ? `, did you mean "--${suggestion}"?` : `; ${hint ?? seeHelp(command)}`;
  throw new UsageError(`unknown option "${rawName}"${advice}`);
}

function switchText({ rawName, inlineValue }: OptionToken, isNegated = false): string {
  if (inlineValue) throw new UsageError(`${rawName} takes no value`);
  return String(!isNegated);
}

function valueText({ rawName, value, inlineValue }: OptionToken): string {
  // "--port --quiet" lacks a value; "--port -1" has a wrong one.
  if (value === undefined || (!inlineValue && /^-\D/.test(value))) throw new UsageError(`${rawName} needs a value`);
  return value;
}

/** Points to a command's help. */
export function seeHelp({ name }: Pick<Command, "name">): string {
  return `see "widgets-mock help ${name}"`;
}
