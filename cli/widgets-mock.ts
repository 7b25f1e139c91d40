#!/usr/bin/env node
import { nodeVersionProblem } from "./node-version.ts";

// Whoever reads the output may go away, as `head` does, or its disk may be full; what is left is then written to nobody.
process.stdout.on("error", () => undefined);
process.stderr.on("error", () => undefined);

// Node would print the line of the bundle that an unexpected error comes from, which is the whole file. For the contract tests
// and rehearsals 1 is a verdict.
process.on("uncaughtException", (error: unknown) => {
  process.stderr.write(`widgets-mock: unexpected error: ${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(["contract", "rehearse"].includes(process.argv[2] ?? "") ? 2 : 1);
});

const { env, stdout, stderr, versions } = process;
const problem = nodeVersionProblem(versions.node);
if (problem === undefined) {
  const [, , ...args] = process.argv;
  const context = { cwd: process.cwd(), env, stdout, stderr };
  // Loaded only now, because an older Node fails while it loads them.
  if (isServe(args)) {
    const { runServe } = await import("./run-serve.ts");
    process.exitCode = await runServe(args[0] === "serve" ? args.slice(1) : args, context);
  } else {
    const { runCommandLine } = await import("./main.ts");
    process.exitCode = await runCommandLine(args, context);
    // What an adapter still waits for, as for a server that hangs, must not keep a run that is over: its limit is what it says.
    if (args[0] === "contract") stdout.write("", () => process.exit());
  }
} else {
  stderr.write(`${problem}\n`);
  process.exitCode = 1;
}

/** True if the mock is to be served, and not to be explained. */
function isServe(args: readonly string[]): boolean {
  const [command = "serve"] = args;
  return (
    (command === "serve" || command.startsWith("-")) && !args.some((arg) => ["help", "--help", "-h"].includes(arg))
  );
}
