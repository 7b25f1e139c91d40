import { nearestOf } from "../spec/nearest.ts";
import { fixturesHelp } from "./fixtures/help.ts";
import { UsageError } from "./usage.ts";

/** The commands below `fixtures`; each is loaded only when it is called. */
const commands: { readonly [name: string]: () => Promise<(args: readonly string[]) => void | Promise<void>> } = {
  export: async () => (await import("./fixtures/export.ts")).exportFixtures,
  list: async () => (await import("./fixtures/list.ts")).listFixtures,
  show: async () => (await import("./fixtures/show.ts")).showFixture,
  check: async () => (await import("./fixtures/check.ts")).checkFixtures,
};

/** `widgets-mock fixtures <command>`: payloads to copy, in any language. */
export async function fixtures(args: readonly string[]): Promise<void> {
  const [first = "", ...rest] = args;
  if (first === "--help" || first === "-h") return void process.stdout.write(fixturesHelp);
  if (Object.hasOwn(commands, first)) return (await commands[first]?.())?.(rest);
  const names = new Intl.ListFormat("en-GB", { type: "disjunction" }).format(Object.keys(commands));
  if (first === "") throw new UsageError(`missing command: ${names}; see widgets-mock fixtures --help`);
  const nearest = nearestOf(first, Object.keys(commands));
  const hint = nearest ? `did you mean "${nearest}"?` : `must be ${names}`;
  throw new UsageError(`unknown command "fixtures ${first}", ${hint} See widgets-mock fixtures --help`);
}
