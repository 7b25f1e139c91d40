import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { authorization, authorizationIn, type BenchLoad } from "./operations.ts";
import { runProcess } from "./processes.ts";

/** The result of a load. */
export interface Load {
  readonly requests: number;
  readonly requestsPerSecond: number;
  /** Requests without a response, or with one of an error; with any, the figure means nothing. */
  readonly failed: number;
}

const script = join(import.meta.dirname, "request.lua");

export function hasWrk(): boolean {
  return spawnSync("wrk", ["--version"]).error === undefined;
}

/**
 * Sends requests in turns, again and again, over many connections.
 * @param first number before that of the first request, by which the organization is chosen
 * @param step from the number of one request to that of the next
 */
export async function runLoad(
  origin: string,
  load: BenchLoad,
  seconds: number,
  { connections = 32, first = 0, step = 1 } = {},
): Promise<Load> {
  const { requests: sent, worlds = 1 } = load;
  const url = new URL(sent[0]?.path ?? "", origin).href;
  const told = sent.flatMap(({ method, path, body }, index) => [
    [`BENCH_METHOD_${index + 1}`, method],
    [`BENCH_PATH_${index + 1}`, path],
    ...(body === undefined ? [] : [[`BENCH_BODY_${index + 1}`, body]]),
  ]);
  const child = runProcess("wrk", ["-t1", `-c${connections}`, `-d${seconds}s`, "-s", script, url], {
    BENCH_AUTHORIZATION: worlds === 1 ? authorization : authorizationIn("{world}"),
    BENCH_FIRST: String(first),
    BENCH_STEP: String(step),
    BENCH_WORLDS: String(worlds),
    BENCH_REQUESTS: String(sent.length),
    ...Object.fromEntries(told),
  });
  if (!child.stdout) throw new Error("wrk was started without standard output.");
  const [output] = await Promise.all([text(child.stdout), once(child, "exit")]);
  const summary = output.trimEnd().split("\n").at(-1) ?? "";
  const { requests, microseconds, failed } = JSON.parse(summary) as Record<
    "requests" | "microseconds" | "failed",
    number
  >;
  return { requests, requestsPerSecond: requests / (microseconds / 1e6), failed };
}
