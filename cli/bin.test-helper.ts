import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";

const bin = join(import.meta.dirname, "../dist/cli/widgets-mock.js");

/** How a run of the bin ended, and all that it wrote. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A mock that said where it listens. */
export interface Running {
  readonly url: string;
  /** The first line on standard output that the pattern fits, as soon as there is one. */
  line(pattern: RegExp): Promise<string>;
  /** Nobody reads the standard output any more. */
  stopReading(): void;
  /** Sends signals, one right after the other, and waits for the end. */
  end(...signals: NodeJS.Signals[]): Promise<Ended>;
}

/** Runs the built bin to its end. One that listens where it should not is ended at once, and has no exit code. */
export function run(...args: string[]): Promise<Ended> {
  return runIn({}, ...args);
}

/** The same with more in the environment. */
export function runIn(environment: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended> {
  const { child, line, ended } = spawnBin(args, environment);
  line(/ listening on /).then(
    () => child.kill("SIGKILL"),
    () => undefined,
  );
  return ended;
}

/** Runs the built bin while nobody reads what it prints. */
export function runUnread(...args: string[]): Promise<Ended> {
  const { child, ended } = spawnBin(args);
  child.stdout?.destroy();
  return ended;
}

/** Starts a mock on a free port. The test's end ends it. */
export async function start(...args: string[]): Promise<Running> {
  const { child, line, ended } = spawnBin([...args, "--port", "0"]);
  onTestFinished(() => void child.kill("SIGKILL"));
  const first = await line(/^/);
  return {
    url: first.slice(first.indexOf("http")),
    line,
    stopReading: () => child.stdout?.destroy(),
    end(...signals) {
      for (const signal of signals) child.kill(signal);
      return ended;
    },
  };
}

/** What a workflow that runs the tests tells its own steps is not for the bin. */
const nowhere = { GITHUB_ACTIONS: undefined, GITHUB_STEP_SUMMARY: undefined };

function spawnBin(args: readonly string[], environment: NodeJS.ProcessEnv = {}) {
  if (!existsSync(bin)) throw new Error("There is no dist/cli/widgets-mock.js; npm run build makes it.");
  const child = spawn(process.execPath, [bin, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...nowhere, ...environment },
  });
  const written = { out: "", err: "" };
  child.stdout.setEncoding("utf8").on("data", (text) => {
    written.out += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
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
      reject(new Error(`It ended with ${code} before it wrote ${pattern}.\n${written.out}${written.err}`));
    });
  });
}
