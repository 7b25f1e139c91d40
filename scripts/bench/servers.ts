import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { ask, freePort, type HttpReply, untilAnswered } from "./http.ts";
import { create, getOne, listTwenty } from "./operations.ts";
import { runProcess, runUnheard, stop } from "./processes.ts";

/** A server under load. */
export interface Running {
  readonly origin: string;
  /** Milliseconds from the start of the process to its first 200. */
  readonly startMs: number;
  /** Its resident memory as it is now. */
  residentMegabytes(): number;
  stop(): Promise<void>;
}

/** One of the servers that are measured side by side. */
export interface Contender {
  readonly name: "bare" | "mock" | "prism";
  start(): Promise<Running>;
}

/** What the mock answered before the run, for the bare server to send again. */
export interface Replies {
  readonly getOne: HttpReply;
  readonly list: HttpReply;
  readonly create: HttpReply;
}

// More than a page, so that the list has a next one to tell of.
const widgetsInWorld = 40;

export function mock(root: string): Contender {
  const args = ["--port", "0", "--quiet", "--crawl", "immediate"];
  return {
    name: "mock",
    start: () => started(() => saying(runProcess(process.execPath, [join(root, "dist/cli/widgets-mock.js"), ...args]))),
  };
}

export function bareServer(replies: Replies): Contender {
  const program = join(import.meta.dirname, "bare-server.mjs");
  const env = { BENCH_REPLIES: JSON.stringify(replies) };
  return { name: "bare", start: () => started(() => saying(runProcess(process.execPath, [program], env))) };
}

/** Prism is kept from logging each request, and then does not say its port either: it is given a free one. */
export function prism(root: string): Contender {
  const program = join(root, "node_modules/.bin/prism");
  const document = join(root, "spec/generated/openapi.json");
  return {
    name: "prism",
    start: async () => {
      const port = await freePort();
      const args = [program, "mock", "--port", String(port), "--verboseLevel", "silent", document];
      return started(async () => ({ child: runUnheard(args), origin: `http://127.0.0.1:${port}` }));
    },
  };
}

/** Fills the mock's world, so that there is something to read. Gives the id of a widget in it. */
export async function fill(origin: string): Promise<string> {
  const created = [];
  for (let count = 0; count < widgetsInWorld; count++) created.push(await ask(origin, create));
  const { id } = JSON.parse(created[0]?.body ?? "") as { id: string };
  return id;
}

/** The three answers of a mock that runs only to give them. */
export async function recordReplies(contender: Contender): Promise<Replies> {
  const { origin, stop } = await contender.start();
  const id = await fill(origin);
  const replies = {
    getOne: await ask(origin, getOne(id)),
    list: await ask(origin, listTwenty),
    create: await ask(origin, create),
  };
  await stop();
  return replies;
}

interface Launched {
  readonly child: ChildProcess;
  readonly origin: string;
}

async function started(launch: () => Promise<Launched>): Promise<Running> {
  const began = performance.now();
  const { child, origin } = await launch();
  await untilAnswered(origin, listTwenty);
  const startMs = performance.now() - began;
  return { origin, startMs, residentMegabytes: () => residentMegabytes(child), stop: () => stop(child) };
}

/** Waits for the line in which a server says where it listens. */
async function saying(child: ChildProcess): Promise<Launched> {
  if (!child.stdout) throw new Error("A server was started unheard.");
  for await (const line of createInterface({ input: child.stdout })) {
    const origin = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (!origin) continue;
    child.stdout.resume();
    return { child, origin };
  }
  throw new Error(`${child.spawnargs.join(" ")} ended without saying where it listens.`);
}

function residentMegabytes(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) * 1.024e-3;
}
