/** A setting of a command, as plain data: everything that parsing, help, docs and the config file's schema need. */
export type Flag = SwitchFlag | TextFlag | IntegerFlag | DurationFlag;

/** The flags of a command by their names in camelCase, which are the keys of the config file too. */
export type Flags = Readonly<Record<string, Flag>>;

interface AnyFlag {
  /** Says what it does, for the help and the docs; the default is added to it. */
  readonly description: string;
  /** The heading that it stands below in the help. */
  readonly group?: string;
  /** One letter, so that `-p` is `--port`. */
  readonly short?: string;
  /** Stands for the value in the help: `<n>`, `<url>`. */
  readonly placeholder?: string;
  /** A row for each form of the value that needs explaining. */
  readonly values?: readonly (readonly [value: string, meaning: string])[];
  /** Given without a name; several are taken in the order of the table. */
  readonly positional?: boolean;
  readonly required?: boolean;
  /** May be given several times. In the environment its values are parted by commas, or by `separator`. */
  readonly repeatable?: boolean;
  readonly separator?: string;
  /** An environment variable of its own name. */
  readonly environment?: string;
  /** May stand in the config file and in the environment: yes, unless it is positional. */
  readonly inConfig?: boolean;
  /** Is shown by `widgets-mock --help`. */
  readonly isCommon?: boolean;
  /** A value that errors do not repeat, and that `withSecretFiles` lets a file hold. */
  readonly isSecret?: boolean;
  /** The flag whose value stands in the file that this one names. */
  readonly fileOf?: string;
  /** Flags that cannot be given together with this one. */
  readonly conflictsWith?: readonly string[];
  /** A flag without which this one means nothing. */
  readonly requires?: string;
}

/** Given without a value. */
interface SwitchFlag extends AnyFlag {
  readonly kind: "switch";
  readonly default?: undefined;
}

interface TextFlag extends AnyFlag {
  readonly kind: "text";
  readonly default?: string;
  /** The only values. */
  readonly choices?: readonly string[];
  /** A regular expression that the whole value matches, and what to call a value that does. */
  readonly pattern?: string;
  readonly expected?: string;
}

interface IntegerFlag extends AnyFlag {
  readonly kind: "integer";
  readonly min: number;
  readonly max: number;
  readonly default?: number;
}

/** A time such as `500ms`, `90s` or `10m`, read as milliseconds. */
interface DurationFlag extends AnyFlag {
  readonly kind: "duration";
  /** In milliseconds. */
  readonly min?: number;
  readonly default?: undefined;
}

/** What a flag's value is once it is read. */
type ValueOf<F extends Flag> = F extends { kind: "switch" }
  ? boolean
  : F extends { kind: "integer" | "duration" }
    ? number
    : F extends { choices: readonly (infer Choice)[] }
      ? Choice
      : string;

type IsAlwaysThere<F extends Flag> = F extends { kind: "switch" } | { required: true } | { default: string | number }
  ? true
  : false;

type OneOrMore<F extends Flag> = F extends { repeatable: true } ? readonly ValueOf<F>[] : ValueOf<F>;

/** The values of a table's flags. */
export type FlagValues<Table extends Flags> = {
  readonly [name in keyof Table]: IsAlwaysThere<Table[name]> extends true
    ? OneOrMore<Table[name]>
    : OneOrMore<Table[name]> | undefined;
};

/** `apiKey` as it is written on a command line: `--api-key`. */
export function optionName(name: string): string {
  return `--${kebabCase(name)}`;
}

/** A flag as the command line shows it: `--port <n>`, `<file...>`. */
export function synopsisOf(name: string, flag: Flag): string {
  const { placeholder = kebabCase(name) } = flag;
  const value = placeholder.startsWith("'")
    ? placeholder
    : `<${placeholder}${flag.positional && flag.repeatable ? "..." : ""}>`;
  if (flag.positional) return value;
  return flag.kind === "switch" ? optionName(name) : `${optionName(name)} ${value}`;
}

/**
 * Adds a flag behind each secret one that names a file with its value: command lines can be read by every user of a machine,
 * and Docker and Kubernetes mount secrets as files.
 */
export function withSecretFiles<const Table extends Flags>(flags: Table): Table {
  const withFiles = Object.entries<Flag>(flags).flatMap(([name, flag]): [string, Flag][] =>
    flag.isSecret
      ? [
          [name, flag],
          [`${name}File`, secretFileFlag(name, flag)],
        ]
      : [[name, flag]],
  );
  // The values of the flags that were added are read into those of the table.
  return Object.fromEntries(withFiles) as unknown as Table;
}

function secretFileFlag(name: string, { group, environment, inConfig, requires, repeatable }: Flag): Flag {
  const content = repeatable ? "values" : "value";
  return {
    kind: "text",
    placeholder: "file",
    description: `File with the ${content} of ${optionName(name)}${repeatable ? ", one a line" : ""}`,
    fileOf: name,
    ...(group === undefined ? {} : { group }),
    ...(environment === undefined ? {} : { environment: `${environment}_FILE` }),
    ...(inConfig === undefined ? {} : { inConfig }),
    ...(requires === undefined ? {} : { requires }),
  };
}

/** Whether a flag may be set once for all calls: in the config file and in the environment. */
export function isSetting({ positional = false, inConfig = !positional }: Flag): boolean {
  return inConfig;
}

/** The environment variable of a flag, where it has one. */
export function environmentVariable(name: string, flag: Flag, prefix: string | undefined): string | undefined {
  if (flag.environment !== undefined || !prefix || !isSetting(flag)) return flag.environment;
  return prefix + kebabCase(name).replaceAll("-", "_").toUpperCase();
}

function kebabCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
