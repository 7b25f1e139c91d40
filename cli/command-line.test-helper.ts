import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Output } from "./command-line/command.ts";
import { runCommandLine } from "./main.ts";

/** How a command ended, and all that it wrote. */
export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command in this process, without the environment of the tests. */
export async function runHere(
  args: readonly string[],
  { cwd = "/nowhere", env = {} }: { readonly cwd?: string; readonly env?: Record<string, string> } = {},
): Promise<CommandResult> {
  const out: string[] = [];
  const err: string[] = [];
  const [stdout, stderr] = [out, err].map((texts) => ({ write: (text: string) => texts.push(text) })) as [
    Output,
    Output,
  ];
  const code = await runCommandLine(args, { cwd, env, stdout, stderr });
  return { code, out: out.join(""), err: err.join("") };
}

/** A folder with some files, which the end of the test removes. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "widgets-mock-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}
