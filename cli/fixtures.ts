import { fixturesHelp } from "./fixtures/help.ts";
import { UsageError } from "./usage.ts";

/** What can be done with the fixtures; each is loaded only when it is asked for. */
const commands: { readonly [name: string]: () => Promise<(args: readonly string[]) => void | Promise<void>> } = {
  export: async () => (await import("./fixtures/export.ts")).exportFixtures,
  list: async () => (await import("./fixtures/list.ts")).listFixtures,
  check: async () => (await import("./fixtures/check.ts")).checkFixtures,
};

/** `widgets-mock fixtures <command>`: payloads to copy, in any language. */
export async function fixtures(args: readonly string[]): Promise<void> {
  const [first = "", ...rest] = args;
  if (first === "--help" || first === "-h") return void process.stdout.write(fixturesHelp);
  if (Object.hasOwn(commands, first)) return (await commands[first]?.())?.(rest);
  const names = new Intl.ListFormat("en-GB", { type: "disjunction" }).format(Object.keys(commands));
  const wrong = first === "" ? "" : `, not "${first}"`;
  throw new UsageError(`Say ${names} after "fixtures"${wrong}; see widgets-mock fixtures --help.`);
}
