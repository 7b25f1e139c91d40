import { spawnSync } from "node:child_process";

/**
 * Runs a command to its end, where it has nothing to read.
 * @returns its standard output
 * @throws Error with all that it wrote, where it fails
 */
export function command(cwd: string, name: string, ...args: string[]): string {
  const { status, error, stdout, stderr } = spawnSync(name, args, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    // What npm tells the scripts that it runs is not for the commands that these run.
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_/i.test(name))),
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`${[name, ...args].join(" ")} ended with ${status}.\n${stdout}${stderr}`);
  return stdout;
}
