import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Cluster, createCluster } from "../../mock/store/postgres/cluster.test-helper.ts";
import { type BenchLoad, create, getOne, manyWorlds } from "./operations.ts";
import type { BenchOptions } from "./options.ts";
import { runProcess } from "./processes.ts";
import {
  createWidgets,
  processorMicroseconds,
  type RunningServer,
  recordResponses,
  startMockBy,
  startServerBy,
} from "./servers.ts";
import { median, ratios } from "./statistics.ts";
import { runLoad } from "./wrk.ts";

/** What is measured of servers in one turn. */
interface DatabaseSample {
  readonly requestsPerSecond: number;
  /** Processor time of a request in the servers, and in PostgreSQL, in microseconds. */
  readonly processor: number;
  readonly database: number;
}

/** Servers that share a load, on a database of their own. */
type StartServers = () => Promise<readonly RunningServer[]>;

/** What both targets are about. */
const loadNames = ["create", "get one", `create, ${manyWorlds} organizations`] as const;
const bareName = "bare node:http and pg";
const mockName = "mock, --database";
const replicasName = "two mocks, --database";

/**
 * Measures a mock on PostgreSQL beside a bare server with the same package `pg`, which inserts or reads one row, and beside
 * two mocks that share the load and the database. They take turns in a cluster of their own, with fsync on.
 * @returns a table
 */
export async function measurePostgres(root: string, options: BenchOptions): Promise<string> {
  const program = join(root, "dist/cli/widgets-mock.js");
  const replies = await recordResponses({ name: "mock", start: () => startMockBy(program) });
  const cluster = await createCluster();
  let databases = 0;
  const newDatabase = () => cluster.createDatabase(`bench_${databases++}`);
  const startMocks = async (count: number) => {
    const database = newDatabase();
    const mocks: RunningServer[] = [];
    for (let n = 0; n < count; n++) mocks.push(await startMockBy(program, [], ["--database", database]));
    return mocks;
  };
  const bare = join(import.meta.dirname, "bare-postgres-server.mjs");
  const servers: { readonly [name: string]: StartServers } = {
    [bareName]: async () => {
      const env = { BENCH_REPLIES: JSON.stringify(replies), BENCH_DATABASE: newDatabase() };
      return [await startServerBy(runProcess(process.execPath, [bare], env))];
    },
    [mockName]: () => startMocks(1),
    [replicasName]: () => startMocks(2),
  };
  const samples: Samples = new Map();
  try {
    for (let round = 0; round < options.rounds; round++) {
      for (const [name, start] of Object.entries(servers))
        await measureInto(samples, { name, start, cluster, options });
    }
  } finally {
    await cluster.remove();
  }
  return tableOf(samples);
}

/** By load, then by the name of the servers. */
type Samples = Map<string, Map<string, DatabaseSample[]>>;

interface Turn {
  readonly name: string;
  readonly start: StartServers;
  readonly cluster: Cluster;
  readonly options: BenchOptions;
}

async function measureInto(samples: Samples, { name, start, cluster, options }: Turn): Promise<void> {
  const running = await start();
  try {
    const [first] = running;
    const id = name === bareName ? "wgt_1" : await createWidgets(first?.origin ?? "");
    const loads: readonly BenchLoad[] = [
      { name: loadNames[0], requests: [create] },
      { name: loadNames[1], requests: [getOne(id)] },
      { name: loadNames[2], requests: [create], worlds: manyWorlds },
    ];
    for (const load of loads) {
      const sample = await measure(running, { load, cluster, options });
      console.error(`${load.name}, ${name}: ${JSON.stringify(sample)}`);
      const ofLoad = samples.get(load.name) ?? new Map<string, DatabaseSample[]>();
      samples.set(load.name, ofLoad.set(name, [...(ofLoad.get(name) ?? []), sample]));
    }
  } finally {
    for (const server of running) await server.stop();
  }
}

/**
 * Each server has answered so many requests before it is measured, whoever it shares the load with: a young process spends
 * much of its time on compiling and on the size of its heap.
 */
const minWarmUpRequests = 5000;

/** All servers at the same time, with 32 connections in all. */
async function measure(
  running: readonly RunningServer[],
  {
    load,
    cluster,
    options: { warmUpSeconds, seconds },
  }: { readonly load: BenchLoad; readonly cluster: Cluster; readonly options: BenchOptions },
): Promise<DatabaseSample> {
  const connections = 32 / running.length;
  const run = (duration: number) =>
    Promise.all(
      running.map(({ origin }, place) =>
        runLoad(origin, load, duration, { connections, first: (place * manyWorlds) / running.length }),
      ),
    );
  const processor = () => running.reduce((sum, server) => sum + server.processorMicroseconds(), 0);
  const warmUp = running.map(() => 0);
  while (Math.min(...warmUp) < minWarmUpRequests) {
    for (const [place, { requests }] of (await run(warmUpSeconds)).entries()) {
      warmUp[place] = (warmUp[place] ?? 0) + requests;
    }
  }
  const [before, databaseBefore] = [processor(), processorOfDatabase(cluster)];
  const results = await run(seconds);
  const [after, databaseAfter] = [processor(), processorOfDatabase(cluster)];
  const requests = results.reduce((sum, result) => sum + result.requests, 0);
  const failed = results.reduce((sum, result) => sum + result.failed, 0);
  if (failed > 0) throw new Error(`${failed} requests of ${requests} have failed`);
  return {
    requestsPerSecond: results.reduce((sum, result) => sum + result.requestsPerSecond, 0),
    processor: (after - before) / requests,
    database: (databaseAfter - databaseBefore) / requests,
  };
}

/** Processor time of the server of a cluster and of what it has started, in microseconds. */
function processorOfDatabase({ url }: Cluster): number {
  const folder = decodeURIComponent(new URL(url).hostname);
  const server = Number(readFileSync(join(folder, "data/postmaster.pid"), "utf8").split("\n")[0]);
  let sum = 0;
  for (const pid of readdirSync("/proc").map(Number).filter(Number.isInteger)) {
    try {
      const isOwn =
        pid === server || new RegExp(`^PPid:\\s+${server}$`, "m").test(readFileSync(`/proc/${pid}/status`, "utf8"));
      if (isOwn) sum += processorMicroseconds({ pid });
    } catch {
      // It has ended meanwhile.
    }
  }
  return sum;
}

function tableOf(samples: Samples): string {
  const rows = [...samples].flatMap(([load, byServer]) => {
    const bare = (byServer.get(bareName) ?? []).map(({ requestsPerSecond }) => requestsPerSecond);
    const one = (byServer.get(mockName) ?? []).map(({ processor }) => processor);
    return [...byServer].map(([name, all]) => {
      const perSecond = all.map(({ requestsPerSecond }) => requestsPerSecond);
      const processor = all.map((sample) => sample.processor);
      const database = all.map((sample) => sample.database);
      const ofOne = name === replicasName ? median(ratios(processor, one)).toFixed(2) : "";
      return `| ${load} | ${name} | ${Math.round(median(perSecond))} | ${median(ratios(perSecond, bare)).toFixed(2)} | ${median(
        processor,
      ).toFixed(0)} | ${ofOne} | ${median(database).toFixed(0)} |`;
    });
  });
  return [
    "| load | server | requests/s | of bare | processor of the servers, µs | of one mock | of PostgreSQL, µs |",
    "|---|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}
