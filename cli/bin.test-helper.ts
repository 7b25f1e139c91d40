import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";

const bin = join(import.meta.dirname, "../dist/cli/widgets-mock.js");

/** The exit code and the output of a process. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A running mock. */
export interface Running {
  readonly pid: number;
  readonly url: string;
  /** Waits for the first line on standard output that matches. */
  line(pattern: RegExp): Promise<string>;
  /** Closes the standard output, and the standard error. */
  stopReading(): void;
  /** Sends signals, one right after the other, and waits for the exit. */
  end(...signals: NodeJS.Signals[]): Promise<Ended>;
}

/** Runs the built bin to its end. If it starts to listen it is killed, and has no exit code. */
export function run(...args: string[]): Promise<Ended> {
  return runIn({}, ...args);
}

/** Runs the built bin with more environment variables. */
export function runIn(environment: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended> {
  const { child, line, ended } = spawnBin(args, environment);
  line(/ listening on /).then(
    () => child.kill("SIGKILL"),
    () => undefined,
  );
  return ended;
}

/** Runs the built bin with its standard output closed. */
export function runUnread(...args: string[]): Promise<Ended> {
  const { child, ended } = spawnBin(args);
  child.stdout?.destroy();
  return ended;
}

/** Starts a mock on a free port; it is killed when the test ends. */
export function start(...args: string[]): Promise<Running> {
  return startWithErrorsTo("pipe", ...args);
}

/** Starts a mock whose standard error goes to a file. */
export async function startWithErrorsTo(stderr: "pipe" | number, ...args: string[]): Promise<Running> {
  const { child, line, ended } = spawnBin([...args, "--port", "0"], {}, stderr);
  onTestFinished(() => void child.kill("SIGKILL"));
  const first = await line(/^/);
  return {
    pid: child.pid ?? 0,
    url: first.slice(first.indexOf("http")),
    line,
    stopReading() {
      child.stdout?.destroy();
      child.stderr?.destroy();
    },
    end(...signals) {
      for (const signal of signals) child.kill(signal);
      return ended;
    },
  };
}

/** Without the variables of a workflow that runs these tests. */
const noWorkflow = { GITHUB_ACTIONS: undefined, GITHUB_STEP_SUMMARY: undefined };

function spawnBin(args: readonly string[], environment: NodeJS.ProcessEnv = {}, stderr: "pipe" | number = "pipe") {
  if (!existsSync(bin)) throw new Error("dist/cli/widgets-mock.js is missing; run npm run build");
  const child = spawn(process.execPath, [bin, ...args], {
    stdio: ["ignore", "pipe", stderr],
    env: { ...process.env, ...noWorkflow, ...environment },
  });
  const written = { out: "", err: "" };
  child.stdout?.setEncoding("utf8").on("data", (text) => {
    written.out += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text) => {
    written.err += text;
  });
  const ended = new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, ...written })));
  return { child, ended, line: (pattern: RegExp) => lineOf(child, written, pattern) };
}

function lineOf(
  child: ChildProcess,
  written: { readonly out: string; readonly err: string },
  pattern: RegExp,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = (): void => {
      const whole = written.out.split("\n").slice(0, -1);
      const found = whole.find((line) => pattern.test(line));
      if (found !== undefined) resolve(found);
    };
    look();
    child.stdout?.on("data", look);
    child.once("close", (code) => {
      reject(new Error(`It exited with ${code} before it wrote ${pattern}.\n${written.out}${written.err}`));
    });
  });
}
