import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { freePort, type RawResponse, requestOnce, waitUntilServing } from "./http.ts";
import { authorizationIn, create, getOne, listTwenty, manyWorlds, patchOne } from "./operations.ts";
import { endProcess, runProcess, runSilently, stopProcess } from "./processes.ts";

/** A server under load. */
export interface RunningServer {
  readonly origin: string;
  /** Milliseconds from the start of the process to its first 200. */
  readonly startMs: number;
  /** Its resident memory as it is now. */
  residentMegabytes(): number;
  /** Its processor time since it was started, in microseconds. */
  processorMicroseconds(): number;
  stop(): Promise<void>;
  /** Lets it end by itself, so that it can write what it has to. */
  endByItself(): Promise<void>;
}

/** A server to be measured. */
export interface Contender {
  readonly name: "bare" | "mock" | "prism";
  start(): Promise<RunningServer>;
}

/** What the mock responded before the run, for the bare server to send. */
export interface RecordedResponses {
  readonly getOne: RawResponse;
  readonly list: RawResponse;
  readonly create: RawResponse;
  readonly patch: RawResponse;
}

// More than a page, so that the list has a next one.
const widgetsInWorld = 40;

/** No create of a load is refused, which would be another request than the bare server answers. */
const bounds = ["--max-widgets", "100000000", "--max-stored-megabytes", "100000"];
const mockArgs = ["--port", "0", "--quiet", "--crawl", "immediate", ...bounds];

export function mockServer(root: string): Contender {
  return { name: "mock", start: () => startMockBy(join(root, "dist/cli/widgets-mock.js")) };
}

/** Starts the mock by a program of its own, such as one that is profiled. */
export function startMockBy(
  program: string,
  nodeFlags: readonly string[] = [],
  flags: readonly string[] = [],
): Promise<RunningServer> {
  return startServer(() => waitForOrigin(runProcess(process.execPath, [...nodeFlags, program, ...mockArgs, ...flags])));
}

/** Waits for a server that prints its address. */
export function startServerBy(child: ChildProcess): Promise<RunningServer> {
  return startServer(() => waitForOrigin(child));
}

export function bareServer(replies: RecordedResponses): Contender {
  const program = join(import.meta.dirname, "bare-server.mjs");
  const env = { BENCH_REPLIES: JSON.stringify(replies) };
  return { name: "bare", start: () => startServer(() => waitForOrigin(runProcess(process.execPath, [program], env))) };
}

/** Without its log of requests Prism does not print its port either, so it is given a free one. */
export function prismServer(root: string): Contender {
  const program = join(root, "node_modules/.bin/prism");
  const document = join(root, "spec/generated/openapi.json");
  return {
    name: "prism",
    start: async () => {
      const port = await freePort();
      const args = [program, "mock", "--port", String(port), "--verboseLevel", "silent", document];
      return startServer(async () => ({ child: runSilently(args), origin: `http://127.0.0.1:${port}` }));
    },
  };
}

/** Creates widgets in the mock, so that there is something to read; returns the id of one. */
export async function createWidgets(origin: string): Promise<string> {
  const created = [];
  for (let count = 0; count < widgetsInWorld; count++) created.push(await requestOnce(origin, create));
  for (let world = 0; world < manyWorlds; world++) await requestOnce(origin, create, authorizationIn(world));
  const { id } = JSON.parse(created[0]?.body ?? "") as { id: string };
  return id;
}

/** Starts the mock, records the responses, and stops it. */
export async function recordResponses(contender: Contender): Promise<RecordedResponses> {
  const { origin, stop } = await contender.start();
  const id = await createWidgets(origin);
  const replies = {
    getOne: await requestOnce(origin, getOne(id)),
    list: await requestOnce(origin, listTwenty),
    create: await requestOnce(origin, create),
    patch: await requestOnce(origin, patchOne(id, 1)),
  };
  await stop();
  return replies;
}

interface Launched {
  readonly child: ChildProcess;
  readonly origin: string;
}

async function startServer(launch: () => Promise<Launched>): Promise<RunningServer> {
  const began = performance.now();
  const { child, origin } = await launch();
  await waitUntilServing(origin, listTwenty);
  const startMs = performance.now() - began;
  return {
    origin,
    startMs,
    residentMegabytes: () => residentMegabytes(child),
    processorMicroseconds: () => processorMicroseconds(child),
    stop: () => stopProcess(child),
    endByItself: () => endProcess(child),
  };
}

/** Waits for the line in which a server prints its address. */
async function waitForOrigin(child: ChildProcess): Promise<Launched> {
  if (!child.stdout) throw new Error("The server was started without standard output.");
  for await (const line of createInterface({ input: child.stdout })) {
    const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (!origin) continue;
    child.stdout.resume();
    return { child, origin };
  }
  throw new Error(`${child.spawnargs.join(" ")} ended without printing its address.`);
}

// Linux counts it in hundredths of a second, whatever the machine.
const tickMicroseconds = 10_000;

/**
 * The processor time of a process since it was started.
 * @param withEnded true to add that of its children that have ended
 */
export function processorMicroseconds({ pid }: Pick<ChildProcess, "pid">, { withEnded = false } = {}): number {
  // Behind the name in parentheses, which may hold anything, come the state and 10 numbers, then the two times of both.
  const [, fields = ""] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
  const ticks = fields.split(" ").slice(11, withEnded ? 15 : 13);
  return ticks.reduce((sum, field) => sum + Number(field), 0) * tickMicroseconds;
}

function residentMegabytes(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1.024e-3;
}
