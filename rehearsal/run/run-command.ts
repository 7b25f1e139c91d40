import { type ChildProcess, spawn } from "node:child_process";
import { OutputTail } from "./output-tail.ts";
import { endProcessTree } from "./process-tree.ts";
import type { RunEnd } from "./run-result.ts";

/** A command to run. */
export interface CommandRun {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly timeLimitMs: number;
  /** Ends it when it is aborted. */
  readonly signal: AbortSignal;
}

/** How a command ended, and what it wrote last. */
export interface EndedCommand {
  readonly end: RunEnd;
  readonly lastLines: readonly string[];
}

/** The commands that run. */
const running = new Set<ChildProcess>();

/** Ends the process groups of all commands at once, for a program that is about to end. */
export function endRunningCommands(): void {
  for (const { pid } of running) {
    try {
      if (pid !== undefined) process.kill(-pid, "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
  }
}

/** How long what is left in the pipes may take to arrive after the end. */
const drainMs = 200;

/**
 * Runs a command to its end, and ends everything that it started and left behind.
 * @throws Error if there is no such program
 */
export async function runCommand({ command, cwd, env, timeLimitMs, signal }: CommandRun): Promise<EndedCommand> {
  const [program = "", ...args] = command;
  const isWindows = process.platform === "win32";
  // A group of its own, so that all of it can be ended.
  const child = spawn(program, args, {
    cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: !isWindows,
    shell: isWindows,
  });
  running.add(child);
  const tail = new OutputTail();
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => tail.add(text));
  try {
    const end = await endOf(child, { timeLimitMs, signal });
    return { end, lastLines: tail.lines() };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "there is no such program" : (error as Error).message;
    throw new Error(`cannot run "${program}": ${reason}`);
  } finally {
    running.delete(child);
  }
}

async function endOf(
  child: ChildProcess,
  { timeLimitMs, signal }: Pick<CommandRun, "timeLimitMs" | "signal">,
): Promise<RunEnd> {
  const exited = new Promise<RunEnd>((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, by) => {
      resolve(code === null ? { kind: "signal", signal: String(by) } : { kind: "exited", code });
    });
  });
  const closed = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let timer: NodeJS.Timeout | undefined;
  let interrupt = () => {};
  const late = new Promise<RunEnd>((resolve) => {
    timer = setTimeout(() => resolve({ kind: "time-limit", seconds: timeLimitMs / 1000 }), timeLimitMs);
    interrupt = () => resolve({ kind: "signal", signal: "SIGINT" });
    signal.addEventListener("abort", interrupt);
    if (signal.aborted) interrupt();
  });
  try {
    return await Promise.race([exited, late]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", interrupt);
    await endProcessTree(child);
    await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, drainMs))]);
    child.stdout?.destroy();
    child.stderr?.destroy();
  }
}
