import { existsSync, readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { describeReadError } from "../../spec/files/file-error.ts";
import { isJsonObject } from "../../spec/merge-patch.ts";
import { type Command, type CommandContext, configFlagsOf, UsageError } from "./command.ts";
import { optionName } from "./flag.ts";
import { suggestionFor } from "./suggestion.ts";

/** What a config file sets for a command. */
export interface ConfigSection {
  /** Names the file in messages. */
  readonly file: string;
  /** JSON Pointer to the section. */
  readonly pointer: string;
  readonly values: Readonly<Record<string, ConfigValue | readonly ConfigValue[]>>;
}

/** A value of a config file. One with `${NAME}` in it is a text, which stands for a value of any kind. */
export type ConfigValue = { readonly value: unknown } | { readonly text: string };

const fileNames = ["widgets-mock.config.json", "widgets-mock.config.js", "widgets-mock.config.mjs"];

/** The keys that a config file may have: a tree of commands. */
export interface ConfigKeys {
  readonly [key: string]: ConfigKeys | true;
}

/**
 * Reads a command's section of the config file that is named, or else found in the working directory.
 * @param keys which keys there are besides the command's own
 * @throws UsageError that names the file, the place in it, and what would be right there
 */
export async function readConfigSection(
  command: Command,
  { cwd, env, named, keys }: Pick<CommandContext, "cwd" | "env"> & { named: string | undefined; keys: ConfigKeys },
): Promise<ConfigSection | undefined> {
  const path = command.config && (named === undefined ? findConfigFile(cwd) : resolve(cwd, named));
  if (path === undefined || !command.config) return undefined;
  const file = named ?? basename(path);
  const isJson = !/\.[cm]?js$/.test(path);
  const root = isJson ? await readJsonConfig(path, file) : await importConfig(path, file);
  const section = sectionOf(root, command.config, { file, keys });
  if (section === undefined) return undefined;
  const pointer = `/${command.config.join("/")}`;
  checkKeys(command, section, { file, pointer });
  const values = Object.entries(section).map(([name, value]) => {
    const place = `${file}: ${pointer}/${name}`;
    const read = (one: unknown, where: string) => (isJson ? withVariables(one, env, where) : { value: one });
    return [
      name,
      Array.isArray(value) ? value.map((item, index) => read(item, `${place}/${index}`)) : read(value, place),
    ];
  });
  return { file, pointer, values: Object.fromEntries(values) };
}

function findConfigFile(cwd: string): string | undefined {
  const [found, other] = fileNames.filter((name) => existsSync(resolve(cwd, name)));
  if (other !== undefined) throw new UsageError(`found ${found} and ${other}; keep one, or name one with --config`);
  return found && resolve(cwd, found);
}

async function readJsonConfig(path: string, file: string): Promise<unknown> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`--config: cannot read ${file}: ${describeReadError(error)}`);
  }
  try {
    return JSON.parse(text);
  } catch {
    const { describeJsonError } = await import("./json-error.ts");
    throw new UsageError(describeJsonError(file, text));
  }
}

async function importConfig(path: string, file: string): Promise<unknown> {
  if (!existsSync(path)) throw new UsageError(`--config: cannot read ${file}: no such file`);
  try {
    return (await import(pathToFileURL(path).href)).default;
  } catch (error) {
    throw new UsageError(`${file}: ${(error as Error).message}`);
  }
}

/** The object at a path of keys, after a look at the keys on the way: those beside it are other commands'. */
function sectionOf(root: unknown, path: readonly string[], context: { file: string; keys: ConfigKeys }) {
  let [at, keys, pointer]: [unknown, ConfigKeys | true, string] = [root, { $schema: true, ...context.keys }, ""];
  for (const key of path) {
    const object = objectAt(at, context.file, pointer);
    const known: string[] = Object.keys(keys);
    const unknown = Object.keys(object).find((name) => !known.includes(name));
    if (unknown !== undefined) throw new UsageError(unknownKey(context.file, `${pointer}/${unknown}`, known));
    if (object[key] === undefined) return undefined;
    [at, keys, pointer] = [object[key], keys === true ? true : (keys[key] ?? true), `${pointer}/${key}`];
  }
  return objectAt(at, context.file, pointer);
}

function objectAt(value: unknown, file: string, pointer: string): Readonly<Record<string, unknown>> {
  if (isJsonObject(value)) return value;
  const place = pointer === "" ? `${file}: the config` : `${file}: ${pointer}`;
  throw new UsageError(`${place} must be an object, got ${shortJson(value)}`);
}

function checkKeys(
  command: Command,
  section: Readonly<Record<string, unknown>>,
  { file, pointer }: { file: string; pointer: string },
): void {
  const known = configFlagsOf(command).map(([name]) => name);
  for (const key of Object.keys(section)) {
    if (known.includes(key)) continue;
    if (Object.hasOwn(command.flags, key)) {
      throw new UsageError(
        `${file}: ${pointer}/${key} cannot be set in a config file; pass ${optionName(key)} on the command line`,
      );
    }
    throw new UsageError(unknownKey(file, `${pointer}/${key}`, known));
  }
}

function unknownKey(file: string, pointer: string, known: readonly string[]): string {
  const suggestion = suggestionFor(pointer.slice(pointer.lastIndexOf("/") + 1), known);
  const advice = suggestion ? `, did you mean "${suggestion}"?` : `; the keys here are ${known.join(", ")}`;
  return `${file}: unknown key ${pointer}${advice}`;
}

/** @throws UsageError for a variable that is not set */
function withVariables(value: unknown, env: CommandContext["env"], place: string): ConfigValue {
  if (typeof value !== "string" || !value.includes("${")) return { value };
  const text = value.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => {
    const found = env[name];
    if (found === undefined) throw new UsageError(`${place}: the environment variable ${name} is not set`);
    return found;
  });
  return { text };
}

/** A value as messages show it. */
export function shortJson(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (isJsonObject(value)) return "an object";
  return JSON.stringify(value) ?? String(value);
}
