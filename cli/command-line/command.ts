import { type Flag, type Flags, type FlagValues, isSetting } from "./flag.ts";

/** A command as plain data: the only place where it and its flags are described. */
export interface Command<Table extends Flags = Flags> {
  /** As it is typed after `widgets-mock`: `serve`, `fixtures check`. */
  readonly name: string;
  /** Says in one sentence what it does, without a full stop. */
  readonly summary: string;
  /** Paragraphs below the usage. */
  readonly description?: readonly string[];
  readonly flags: Table;
  /** What its environment variables begin with; without it there are none but those that a flag names. */
  readonly environmentPrefix?: `${string}_`;
  /** Where its flags stand in the config file: `["serve"]`, `["fixtures", "check"]`. */
  readonly config?: readonly string[];
  /** Tables and paragraphs below the flags. */
  readonly sections?: readonly Section[];
  /** What to say of options that this command does not have and people try. */
  readonly hints?: Readonly<Record<string, string>>;
}

/** A part of a help text with its heading. */
export interface Section {
  readonly heading: string;
  readonly text?: string;
  /** A table below the text. */
  readonly rows?: readonly (readonly [term: string, meaning: string])[];
}

/** Where output goes: a stream of the process, or of a test. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** What a command has of its process. */
export interface CommandContext {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: Output;
  readonly stderr: Output;
}

/** A command that is called: its process, and its flags as they were given. */
export interface Invocation<Table extends Flags = Flags> extends CommandContext {
  readonly flags: FlagValues<Table>;
  /** Says where a flag's value was given, to begin an error with: `--port`, `WIDGETS_MOCK_PORT`, or a place in a file. */
  readonly sourceOf: (name: keyof Table & string) => string;
}

/** Does what a command is for; the exit code is 0 where it returns none. */
export type RunCommand<Table extends Flags> = (
  invocation: Invocation<Table>,
) => number | undefined | Promise<number | undefined>;

/** A command line or a config file that cannot be followed; the message is for the user. The exit code is 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Flags that every command has. */
export const generalFlags = {
  help: {
    kind: "switch",
    short: "h",
    group: "General",
    description: "Show this help",
    inConfig: false,
  },
  version: {
    kind: "switch",
    short: "v",
    group: "General",
    description: "Show the version",
    inConfig: false,
  },
} as const satisfies Flags;

/** Names the config file of a command that can have one. */
export const configFlag = {
  config: {
    kind: "text",
    group: "General",
    placeholder: "file",
    description: "Config file (default widgets-mock.config.json, .js or .mjs in the working directory)",
    inConfig: false,
  },
} as const satisfies Flags;

/** The flags that may stand in the config file. */
export function configFlagsOf({ flags, config }: Command): readonly (readonly [name: string, flag: Flag])[] {
  return config ? Object.entries(flags).filter(([, flag]) => isSetting(flag)) : [];
}
