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
interface Contestants {
  readonly start: () => Promise<readonly RunningServer[]>;
  /** True if requests with one key go to one server, as by the balancer of `deploy/`. */
  readonly isByKey?: boolean;
}

/** What both targets are about. */
const manyName = `create, ${manyWorlds} organizations`;
const loadNames = ["create", "get one", manyName] as const;
const bareName = "bare node:http and pg";
const mockName = "mock, --database";
const replicasName = "two mocks, in turn";
const byKeyName = "two mocks, by key";

/**
 * Measures a mock on PostgreSQL beside a bare server with the same package `pg`, which inserts or reads one row, and beside
 * two mocks that share the load and the database: each organization by both, or by one of them. They take turns in a cluster
 * of their own, with fsync on. Each turn has new processes and a new database.
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
  const startBare = async () => {
    const env = { BENCH_REPLIES: JSON.stringify(replies), BENCH_DATABASE: newDatabase() };
    return [await startServerBy(runProcess(process.execPath, [bare], env))];
  };
  const servers: { readonly [name: string]: Contestants } = {
    [bareName]: { start: startBare },
    [mockName]: { start: () => startMocks(1) },
    [replicasName]: { start: () => startMocks(2) },
    [byKeyName]: { start: () => startMocks(2), isByKey: true },
  };
  const samples: Samples = new Map();
  try {
    for (let round = 0; round < options.rounds; round++) {
      for (const name of loadNames) {
        for (const [server, contestants] of Object.entries(servers)) {
          const sample = await measureTurn({ name, server, contestants, cluster, seconds: options.seconds });
          console.error(`${name}, ${server}: ${JSON.stringify(sample)}`);
          const ofLoad = samples.get(name) ?? new Map<string, DatabaseSample[]>();
          samples.set(name, ofLoad.set(server, [...(ofLoad.get(server) ?? []), sample]));
        }
      }
    }
  } finally {
    await cluster.remove();
  }
  return tableOf(samples);
}

/** By load, then by the name of the servers. */
type Samples = Map<string, Map<string, DatabaseSample[]>>;

interface Turn {
  readonly name: (typeof loadNames)[number];
  readonly server: string;
  readonly contestants: Contestants;
  readonly cluster: Cluster;
  readonly seconds: number;
}

async function measureTurn({ name, server, contestants, cluster, seconds }: Turn): Promise<DatabaseSample> {
  const running = await contestants.start();
  try {
    const [first] = running;
    const id = server === bareName ? "wgt_1" : await createWidgets(first?.origin ?? "");
    const requests = [name === "get one" ? getOne(id) : create];
    const load: BenchLoad = { name, requests, worlds: name === manyName ? manyWorlds : 1 };
    return await measure(running, { load, cluster, seconds, isByKey: contestants.isByKey ?? false });
  } finally {
    for (const one of running) await one.stop();
  }
}

/**
 * Each server has answered so many requests before it is measured, whoever it shares the load with: a young process spends
 * much of its time on compiling and on the size of its heap, and one that has the load for itself gets older in a second.
 */
const warmUpRequests = 20_000;
const warmUpSeconds = 1;

interface Measurement extends Pick<Turn, "cluster" | "seconds"> {
  readonly load: BenchLoad;
  readonly isByKey: boolean;
}

/** All servers at the same time, with 32 connections in all. */
async function measure(
  running: readonly RunningServer[],
  { load, cluster, seconds, isByKey }: Measurement,
): Promise<DatabaseSample> {
  // One key is led to one server.
  const loaded = isByKey && (load.worlds ?? 1) === 1 ? running.slice(0, 1) : running;
  const connections = 32 / loaded.length;
  const run = async (duration: number) => {
    const results = await Promise.all(
      loaded.map(({ origin }, place) => {
        const apart = isByKey ? { first: place, step: loaded.length } : { first: (place * manyWorlds) / loaded.length };
        return runLoad(origin, load, duration, { connections, ...apart });
      }),
    );
    const requests = results.reduce((sum, result) => sum + result.requests, 0);
    const failed = results.reduce((sum, result) => sum + result.failed, 0);
    if (failed > 0 || requests === 0) throw new Error(`${load.name}: ${failed} requests of ${requests} have failed`);
    return results;
  };
  const processor = () => running.reduce((sum, server) => sum + server.processorMicroseconds(), 0);
  const warmUp = loaded.map(() => 0);
  while (Math.min(...warmUp) < warmUpRequests) {
    for (const [place, { requests }] of (await run(warmUpSeconds)).entries()) {
      warmUp[place] = (warmUp[place] ?? 0) + requests;
    }
  }
  const [before, databaseBefore] = [processor(), processorOfDatabase(cluster)];
  const results = await run(seconds);
  const [after, databaseAfter] = [processor(), processorOfDatabase(cluster)];
  const requests = results.reduce((sum, result) => sum + result.requests, 0);
  return {
    requestsPerSecond: results.reduce((sum, result) => sum + result.requestsPerSecond, 0),
    processor: (after - before) / requests,
    database: (databaseAfter - databaseBefore) / requests,
  };
}

/** Processor time of the server of a cluster and of all that it has started, in microseconds. */
function processorOfDatabase({ url }: Cluster): number {
  const folder = decodeURIComponent(new URL(url).hostname);
  const server = Number(readFileSync(join(folder, "data/postmaster.pid"), "utf8").split("\n")[0]);
  let sum = 0;
  for (const pid of readdirSync("/proc").map(Number).filter(Number.isInteger)) {
    try {
      const isOwn =
        pid === server || new RegExp(`^PPid:\\s+${server}$`, "m").test(readFileSync(`/proc/${pid}/status`, "utf8"));
      if (isOwn) sum += processorMicroseconds({ pid }, { withEnded: pid === server });
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
      const ofOne = name === replicasName || name === byKeyName ? median(ratios(processor, one)).toFixed(2) : "";
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
