#!/usr/bin/env node
import { nodeVersionProblem } from "./node-version.ts";

// Whoever reads the output may go away, as `head` does, or its disk may be full; what is left is then written to nobody.
process.stdout.on("error", () => undefined);
process.stderr.on("error", () => undefined);

const { env, stdout, stderr, versions } = process;
const problem = nodeVersionProblem(versions.node);
if (problem === undefined) {
  // Loaded only now, because an older Node fails while it loads it.
  const { runCommandLine } = await import("./main.ts");
  process.exitCode = await runCommandLine(process.argv.slice(2), { cwd: process.cwd(), env, stdout, stderr });
} else {
  stderr.write(`${problem}\n`);
  process.exitCode = 1;
}
