import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describeReadError } from "../../spec/files/file-error.ts";
import { printableText } from "../../spec/text/printable-text.ts";
import { type Command, type CommandContext, type Invocation, UsageError } from "./command.ts";
import { type ConfigKeys, type ConfigSection, type ConfigValue, readConfigSection, shortJson } from "./config-file.ts";
import { environmentVariable, type Flag, type Flags, type FlagValues, optionName, synopsisOf } from "./flag.ts";
import { type GivenTexts, seeHelp } from "./parse-arguments.ts";
import { readConfigValue, readText } from "./read-value.ts";

/** A flag's value, and where it was given. */
interface ResolvedFlag {
  readonly value: unknown;
  readonly origin: (typeof origins)[number];
  readonly source: string;
}

/** Earlier ones beat later ones. */
const origins = ["command line", "environment", "config file"] as const;

/**
 * The values of a command's flags: the command line's before the environment's before the config file's before the
 * defaults.
 * @throws UsageError that says where a wrong value was given and what would be right
 */
export async function resolveFlags<Table extends Flags>(
  command: Command<Table>,
  given: GivenTexts,
  { cwd, env, keys }: Pick<CommandContext, "cwd" | "env"> & { readonly keys: ConfigKeys },
): Promise<Pick<Invocation<Table>, "flags" | "sourceOf">> {
  const section = await readConfigSection(command, { cwd, env, keys, named: given.get("config")?.at(-1) });
  const table = Object.entries<Flag>(command.flags);
  const resolved = new Map<string, ResolvedFlag>();
  for (const [name, flag] of table) {
    // Read in any case: a file with a mistake in it is reported even where something stronger is given.
    const configured = fromConfig(name, flag, section);
    const found =
      fromCommandLine(name, flag, given) ??
      fromEnvironment(flag, environmentVariable(name, flag, command.environmentPrefix), env) ??
      configured;
    if (found) resolved.set(name, found);
  }
  for (const [name, { fileOf }] of table) {
    if (fileOf !== undefined) readSecretFile(command.flags, resolved, { name, secret: fileOf, cwd });
  }
  checkTogether(command, resolved);
  const defaultOf = (flag: Flag) => (flag.kind === "switch" ? false : flag.default);
  const values = table.map(([name, flag]) => [name, resolved.get(name)?.value ?? defaultOf(flag)]);
  return {
    flags: Object.fromEntries(values) as FlagValues<Table>,
    sourceOf: (name) => resolved.get(name)?.source ?? optionName(name),
  };
}

function fromCommandLine(name: string, flag: Flag, given: GivenTexts): ResolvedFlag | undefined {
  const texts = given.get(name);
  const source = flag.positional ? synopsisOf(name, flag) : optionName(name);
  if (!texts) return undefined;
  const values = texts.map((text) => valueOfText(flag, text, source));
  return { value: oneOrMore(flag, values), origin: "command line", source };
}

/** A variable that is empty counts as not set: CI systems leave them so. */
function fromEnvironment(
  flag: Flag,
  variable: string | undefined,
  env: CommandContext["env"],
): ResolvedFlag | undefined {
  const text = variable && env[variable];
  if (!variable || !text) return undefined;
  const texts = flag.repeatable ? text.split(flag.separator ?? ",") : [text];
  const values = texts.map((one) => valueOfText(flag, one.trim(), variable));
  return { value: oneOrMore(flag, values), origin: "environment", source: variable };
}

function fromConfig(name: string, flag: Flag, section: ConfigSection | undefined): ResolvedFlag | undefined {
  const given = section?.values[name];
  if (!section || !given) return undefined;
  const source = `${section.file}: ${section.pointer}/${name}`;
  if ("map" in given && !flag.repeatable) {
    throw wrongValue(flag, { source, expected: "a single value", shown: "an array" });
  }
  const values =
    "map" in given
      ? given.map((item, index) => valueOfConfig(flag, item, `${source}/${index}`))
      : [valueOfConfig(flag, given, source)];
  return { value: oneOrMore(flag, values), origin: "config file", source };
}

/**
 * Puts the content of a file in the place of the flag that names it.
 * @throws UsageError for a file that cannot be read, or that holds something else
 */
function readSecretFile(
  flags: Flags,
  resolved: Map<string, ResolvedFlag>,
  { name, secret, cwd }: { readonly name: string; readonly secret: string; readonly cwd: string },
): void {
  settleConflict(resolved, secret, name);
  const [file, flag] = [resolved.get(name), flags[secret]];
  resolved.delete(name);
  if (!file || !flag) return;
  const path = String(file.value);
  let text: string;
  try {
    text = readFileSync(resolve(cwd, path), "utf8");
  } catch (error) {
    throw new UsageError(`${file.source}: cannot read ${path}: ${describeReadError(error)}`);
  }
  // Editors and echo end a file with a line break.
  const lines = flag.repeatable ? text.split("\n").filter((line) => line.trim() !== "") : [text];
  const values = lines.map((line) => valueOfText(flag, line.trim(), `${file.source}: the content of ${path}`));
  if (values.length === 0) throw new UsageError(`${file.source}: ${path} is empty`);
  resolved.set(secret, { ...file, value: oneOrMore(flag, values) });
}

function oneOrMore(flag: Flag, values: readonly unknown[]): unknown {
  return flag.repeatable ? values : values.at(-1);
}

function valueOfText(flag: Flag, text: string, source: string): unknown {
  const read = readText(flag, text);
  if ("value" in read) return read.value;
  throw wrongValue(flag, {
    source,
    expected: read.expected,
    shown: `"${printableText(text)}"${missingScheme(flag, text)}`,
  });
}

/** A hint for the address of a server without what it begins with: a name with a dot or a port. */
function missingScheme(flag: Flag, text: string): string {
  const isAddress = flag.kind === "text" && flag.pattern?.startsWith("https?://") && /^[\w-]+[.:][\w.:/-]*$/.test(text);
  return isAddress && URL.canParse(`http://${text}`) ? `, did you mean "http://${text}"?` : "";
}

function valueOfConfig(flag: Flag, given: ConfigValue, source: string): unknown {
  if ("text" in given) return valueOfText(flag, given.text, source);
  const read = readConfigValue(flag, given.value);
  if ("value" in read) return read.value;
  throw wrongValue(flag, { source, expected: read.expected, shown: shortJson(given.value) });
}

function wrongValue(
  flag: Flag,
  { source, expected, shown }: Readonly<Record<"source" | "expected" | "shown", string>>,
) {
  return new UsageError(`${source} must be ${expected}${flag.isSecret ? "" : `, got ${shown}`}`);
}

/**
 * Leaves out what a stronger origin excludes, as a crawl of the config file beside `--realistic`, and what a variable of
 * several commands says that means nothing here, as WIDGETS_API_KEY to `listen` without `--from`.
 * @throws UsageError for flags that are missing, that exclude each other, or that need another one
 */
function checkTogether(command: Command, resolved: Map<string, ResolvedFlag>): void {
  for (const [name, { value }] of resolved) if (value === false) resolved.delete(name);
  for (const [name, { conflictsWith = [] }] of Object.entries(command.flags)) {
    for (const other of conflictsWith) settleConflict(resolved, name, other);
  }
  for (const [name, flag] of Object.entries(command.flags)) {
    if (flag.required && !resolved.has(name)) {
      throw new UsageError(`missing ${synopsisOf(name, flag)}; ${seeHelp(command)}`);
    }
    settleRequirement(resolved, name, flag);
  }
}

function settleRequirement(resolved: Map<string, ResolvedFlag>, name: string, flag: Flag): void {
  const given = resolved.get(name);
  if (!given || flag.requires === undefined || resolved.has(flag.requires)) return;
  // A variable that several commands share may have been set for another one.
  if (flag.environment !== undefined && given.origin === "environment") resolved.delete(name);
  else throw new UsageError(`${given.source} requires ${optionName(flag.requires)}`);
}

function settleConflict(resolved: Map<string, ResolvedFlag>, name: string, otherName: string): void {
  const [flag, other] = [resolved.get(name), resolved.get(otherName)];
  if (!flag || !other) return;
  if (flag.origin === other.origin) {
    throw new UsageError(`${flag.source} and ${other.source} cannot be used together`);
  }
  resolved.delete(origins.indexOf(flag.origin) < origins.indexOf(other.origin) ? otherName : name);
}
