import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";

const running = new Set<ChildProcess>();

/** Kills every started process when this one ends: a forgotten server would be load on the next run. */
export function killAllAtExit(): void {
  process.once("exit", () => {
    for (const child of running) child.kill("SIGKILL");
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => process.exit(128 + constants.signals[signal]));
  }
}

/** Runs a command without standard input, its standard output piped to here. */
export function runProcess(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): ChildProcess {
  return watched(spawn(command, args, { stdio: ["ignore", "pipe", "inherit"], env: environment(env) }));
}

/** Runs a Node program without standard input and output. */
export function runSilently(args: readonly string[]): ChildProcess {
  return watched(spawn(process.execPath, args, { stdio: "ignore", env: environment({}) }));
}

/** Runs a TypeScript module of this folder in a process of its own, which exchanges messages with this one. */
export function runModule(module: URL, args: readonly string[], nodeFlags: readonly string[]): ChildProcess {
  const execArgv = [...nodeFlags, "--import", import.meta.resolve("tsx")];
  return watched(fork(module, args, { execArgv, env: environment({}), stdio: ["ignore", "ignore", "inherit", "ipc"] }));
}

/** Kills a process and waits for its end, so that it takes no time from what is measured next. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (!running.has(child)) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

/** Asks a process to end, and waits until it has. */
export async function endProcess(child: ChildProcess): Promise<void> {
  const gone = once(child, "exit");
  child.kill("SIGTERM");
  await gone;
}

function watched(child: ChildProcess): ChildProcess {
  const forget = () => running.delete(child);
  running.add(child);
  child.once("exit", forget);
  child.once("error", forget);
  return child;
}

/** The environment without NODE_OPTIONS, which would change what is measured. */
function environment(more: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, ...inherited } = process.env;
  return { ...inherited, ...more };
}
