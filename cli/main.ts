import { version } from "../mock/version.ts";
import { type CommandContext, UsageError } from "./command-line/command.ts";
import { flagRow, helpText, sectionText } from "./command-line/help-text.ts";
import { parseArguments } from "./command-line/parse-arguments.ts";
import { resolveFlags } from "./command-line/resolve-flags.ts";
import { suggestionFor } from "./command-line/suggestion.ts";
import { type CommandEntry, type CommandGroup, type CommandTree, commands, configKeys } from "./commands.ts";

/** What a command line asks for. */
type Call =
  | { readonly kind: "help"; readonly path: readonly string[] }
  | { readonly kind: "run"; readonly entry: CommandEntry; readonly args: readonly string[]; readonly isNamed: boolean };

/** Does what a command line asks for; what goes wrong is written to the standard error. */
export async function runCommandLine(args: readonly string[], context: CommandContext): Promise<number> {
  let errorExitCode = 1;
  try {
    const call = readCall(args);
    if (call.kind === "help") return await showHelp(call.path, context);
    errorExitCode = call.entry.errorExitCode;
    return await runEntry(call, context);
  } catch (error) {
    context.stderr.write(`widgets-mock: ${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageError ? 2 : errorExitCode;
  }
}

/** @throws UsageError for a command that there is not, with the one that was probably meant */
function readCall(args: readonly string[]): Call {
  const [first = "", ...rest] = args;
  if (first === "help") return { kind: "help", path: rest };
  if (first === "" || first.startsWith("-")) {
    return { kind: "run", entry: commands["serve"] as CommandEntry, args, isNamed: false };
  }
  return callIn(commands, args, 0);
}

function callIn(tree: CommandTree, args: readonly string[], depth: number): Call {
  const found = findCommand(tree, args.slice(0, depth + 1));
  if ("run" in found) return { kind: "run", entry: found, args: args.slice(depth + 1), isNamed: true };
  const [next] = args.slice(depth + 1);
  const path = args.slice(0, depth + 1);
  if (next === "--help" || next === "-h" || next === "help") return { kind: "help", path };
  if (next === undefined || next.startsWith("-")) {
    throw new UsageError(`missing command after "${path.join(" ")}": ${Object.keys(found.commands).join(", ")}`);
  }
  return callIn(tree, args, depth + 1);
}

/** @throws UsageError for a word that is no command here */
function findCommand(tree: CommandTree, path: readonly string[]): CommandEntry | CommandGroup {
  const [first = "", ...rest] = path;
  const found = Object.hasOwn(tree, first) ? tree[first] : undefined;
  if (!found) {
    const suggestion = suggestionFor(first, Object.keys(tree));
    const advice = suggestion
      ? `, did you mean "${suggestion}"?`
      : `; the commands are ${Object.keys(tree).join(", ")}`;
    throw new UsageError(`unknown command "${first}"${advice}`);
  }
  if (rest.length === 0) return found;
  if (!("commands" in found)) throw new UsageError(`"${first}" has no command "${rest[0]}"`);
  return findCommand(found.commands, rest);
}

async function runEntry(
  { entry, args, isNamed }: Extract<Call, { kind: "run" }>,
  context: CommandContext,
): Promise<number> {
  const command = await entry.describe();
  if (asks(args, "--help", "-h")) return showHelp(isNamed ? command.name.split(" ") : [], context);
  if (asks(args, "--version", "-v")) {
    context.stdout.write(`${version}\n`);
    return 0;
  }
  const given = parseArguments(command, args);
  const { flags, sourceOf } = await resolveFlags(command, given, { ...context, keys: configKeys });
  return (await entry.run({ ...context, flags, sourceOf })) ?? 0;
}

/** Help is given whatever else is wrong with a command line. */
function asks(args: readonly string[], ...names: readonly string[]): boolean {
  return args.some((arg) => names.includes(arg));
}

async function showHelp(path: readonly string[], { stdout }: CommandContext): Promise<number> {
  stdout.write(path.length === 0 ? await mainHelp() : await helpFor(findCommand(commands, path), path));
  return 0;
}

async function helpFor(found: CommandEntry | CommandGroup, path: readonly string[]): Promise<string> {
  if ("run" in found) return helpText(await found.describe());
  const name = path.join(" ");
  const sections = [
    `Usage: widgets-mock ${name} <command> [options]`,
    `${found.summary}.`,
    sectionText({ heading: "Commands", rows: commandRows(found.commands) }),
    `Run "widgets-mock help ${name} <command>" for the options of a command.`,
  ];
  return `${sections.join("\n\n")}\n`;
}

/** The short help: the commands, and the options of `serve` that are used most. */
async function mainHelp(): Promise<string> {
  const serve = await (commands["serve"] as CommandEntry).describe();
  const common = Object.entries(serve.flags).filter(([, { isCommon }]) => isCommon);
  const sections = [
    "Usage: widgets-mock [command] [options]",
    "A stateful mock of the Widgets API, contract tests for it, and sample payloads.",
    sectionText({ heading: "Commands", rows: [...commandRows(commands), ["help", "Show the help of a command"]] }),
    sectionText({ heading: "Common options of serve", rows: common.map(([name, flag]) => flagRow(name, flag)) }),
    sectionText({
      heading: "More",
      rows: [
        ["widgets-mock help serve", "every option of the mock"],
        ["widgets-mock help contract", "every option of the contract tests"],
        ["widgets-mock --version", "the version"],
      ],
    }),
  ];
  return `${sections.join("\n\n")}\n`;
}

function commandRows(tree: CommandTree) {
  return Object.entries(tree).map(([name, { summary }]) => [name, summary] as const);
}
