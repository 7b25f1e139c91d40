import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { authorization, type BenchOperation } from "./operations.ts";
import { runProcess } from "./processes.ts";

/** The result of a load. */
export interface Load {
  readonly requestsPerSecond: number;
  /** Requests without a response, or with one of an error; with any, the figure means nothing. */
  readonly failed: number;
}

const script = join(import.meta.dirname, "request.lua");

export function hasWrk(): boolean {
  return spawnSync("wrk", ["--version"]).error === undefined;
}

/** Sends one operation again and again over 32 connections. */
export async function runLoad(origin: string, operation: BenchOperation, seconds: number): Promise<Load> {
  const url = new URL(operation.path, origin).href;
  const child = runProcess("wrk", ["-t1", "-c32", `-d${seconds}s`, "-s", script, url], {
    BENCH_METHOD: operation.method,
    BENCH_AUTHORIZATION: authorization,
    ...(operation.body !== undefined && { BENCH_BODY: operation.body }),
  });
  if (!child.stdout) throw new Error("wrk was started without standard output.");
  const [output] = await Promise.all([text(child.stdout), once(child, "exit")]);
  const summary = output.trimEnd().split("\n").at(-1) ?? "";
  const { requests, microseconds, failed } = JSON.parse(summary) as Record<
    "requests" | "microseconds" | "failed",
    number
  >;
  return { requestsPerSecond: requests / (microseconds / 1e6), failed };
}
