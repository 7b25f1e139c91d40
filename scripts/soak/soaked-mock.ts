import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** How the process of a mock is, after a garbage collection. */
export interface Vitals {
  /** Heap and buffers. */
  readonly usedBytes: number;
  readonly residentBytes: number;
  /** Longest time that its event loop was busy since it was last asked. */
  readonly longestDelayMs: number;
}

/** A mock in a process of its own. */
export interface SoakedMock {
  readonly url: string;
  readonly isAlive: () => boolean;
  vitals(): Promise<Vitals>;
  /** Ends it with SIGTERM, and returns its exit code. */
  end(): Promise<number | null>;
}

/** Bounds that are reached within minutes, so that memory is to stand still after ten. */
const bounds = {
  "max-worlds": 1000,
  "max-stored-megabytes": 32,
  "max-widgets": 500,
  "max-deleted-ids": 500,
  "max-conversations": 200,
  "max-messages": 50,
  "max-usage-records": 500,
  "max-idempotency-keys": 200,
  "max-deliveries": 200,
  "max-pending-deliveries": 200,
  "journal-entries": 500,
  "journal-bytes": 32 * 1024 * 1024,
};

const heapLimitMegabytes = 512;

/** Starts the built mock, with the watch in its process. */
export async function startSoakedMock(root: string): Promise<SoakedMock> {
  const flags = Object.entries(bounds).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = fork(join(root, "dist/cli/widgets-mock.js"), ["--port", "0", "--quiet", "--crawl", "200ms", ...flags], {
    execArgv: [
      `--max-old-space-size=${heapLimitMegabytes}`,
      "--expose-gc",
      "--import",
      new URL("watch.mjs", import.meta.url).href,
    ],
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  process.once("exit", () => child.kill("SIGKILL"));
  return {
    url: await addressOf(child),
    isAlive: () => child.exitCode === null && child.signalCode === null,
    async vitals() {
      const answer = once(child, "message");
      child.send("vitals");
      return (await answer)[0] as Vitals;
    },
    async end() {
      const gone = once(child, "exit");
      child.kill("SIGTERM");
      return (await gone)[0] as number | null;
    },
  };
}

async function addressOf(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error("the mock was started without standard output");
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /http:\S+/.exec(line)?.[0];
    if (url !== undefined) return url;
  }
  throw new Error("the mock ended without printing its address");
}
