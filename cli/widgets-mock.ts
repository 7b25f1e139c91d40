#!/usr/bin/env node
import { runCommandLine } from "./main.ts";

// Whoever reads the output may go away, as `head` does; what is left is then written to nobody.
process.stdout.on("error", () => undefined);

const { env, stdout, stderr } = process;
process.exitCode = await runCommandLine(process.argv.slice(2), { cwd: process.cwd(), env, stdout, stderr });
