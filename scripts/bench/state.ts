import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "./operations.ts";
import type { BenchOptions } from "./options.ts";
import { runProcess } from "./processes.ts";
import { type RunningServer, recordResponses, startMockBy, startServerBy } from "./servers.ts";
import { median } from "./statistics.ts";
import { runLoad } from "./wrk.ts";

/** What is measured of a server in one turn. */
interface StateSample {
  readonly requestsPerSecond: number;
  /** Processor time of a request, in microseconds. */
  readonly processor: number;
}

/**
 * Measures creates with `--state` beside a bare server with the same group commit, and beside a mock in memory; all on the
 * disk of the temporary folder.
 * @returns a table
 */
export async function measureState(root: string, options: BenchOptions): Promise<string> {
  const { before } = options;
  const folder = mkdtempSync(join(tmpdir(), "widgets-mock-bench-"));
  const program = join(root, "dist/cli/widgets-mock.js");
  const replies = await recordResponses({ name: "mock", start: () => startMockBy(program) });
  const env = { BENCH_REPLIES: JSON.stringify(replies), BENCH_FILE: join(folder, "bare.jsonl") };
  const bare = join(import.meta.dirname, "bare-log-server.mjs");
  const servers: { readonly [name: string]: (round: number) => Promise<RunningServer> } = {
    "bare, with the same commit": () => startServerBy(runProcess(process.execPath, [bare], env)),
    "mock, --state": (round) => startMockBy(program, [], ["--state", join(folder, String(round))]),
    "mock, in memory": () => startMockBy(program),
    ...(before !== undefined && { "mock before, in memory": () => startMockBy(before) }),
  };
  const samples = new Map<string, StateSample[]>(Object.keys(servers).map((name) => [name, []]));
  try {
    for (let round = 0; round < options.rounds; round++) {
      for (const [name, startServer] of Object.entries(servers)) {
        samples.get(name)?.push(await measure(await startServer(round), options));
        console.error(`round ${round + 1}, ${name}: ${JSON.stringify(samples.get(name)?.at(-1))}`);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return tableOf(samples);
}

async function measure(server: RunningServer, { seconds, warmUpSeconds }: BenchOptions): Promise<StateSample> {
  const load = { name: create.name, requests: [create] };
  try {
    await runLoad(server.origin, load, warmUpSeconds);
    const began = server.processorMicroseconds();
    const { requests, requestsPerSecond, failed } = await runLoad(server.origin, load, seconds);
    if (failed > 0) throw new Error(`${failed} requests of ${requests} have failed`);
    return { requestsPerSecond, processor: (server.processorMicroseconds() - began) / requests };
  } finally {
    await server.stop();
  }
}

function tableOf(samples: ReadonlyMap<string, readonly StateSample[]>): string {
  const rows = [...samples].map(([name, all]) => {
    const perSecond = median(all.map(({ requestsPerSecond }) => requestsPerSecond));
    const processor = median(all.map((one) => one.processor));
    return { name, perSecond, processor };
  });
  const [first] = rows;
  return [
    "| create | requests/s | of bare | processor, µs |",
    "|---|---|---|---|",
    ...rows.map(({ name, perSecond, processor }) => {
      const share = (perSecond / (first?.perSecond ?? Number.NaN)).toFixed(2);
      return `| ${name} | ${Math.round(perSecond)} | ${share} | ${processor.toFixed(1)} |`;
    }),
  ].join("\n");
}
