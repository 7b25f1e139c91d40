import { type BenchLoad, create, loadsOn } from "./operations.ts";
import type { BenchOptions } from "./options.ts";
import { type Contender, createWidgets, type RunningServer } from "./servers.ts";
import { runLoad } from "./wrk.ts";

/** One measured value. */
export interface Sample {
  readonly what: string;
  readonly server: Contender["name"];
  readonly value: number;
  readonly unit: "requests/s" | "µs" | "ms" | "MB";
  /** Requests without a response, or with one of an unexpected status. */
  readonly failed?: number;
}

/**
 * Measures the servers in turns: whatever else the machine does slows them all alike, so the ratio of two neighbors means
 * more than either figure.
 */
export async function* measureSideBySide(
  contenders: readonly Contender[],
  options: BenchOptions,
): AsyncGenerator<Sample> {
  for (let count = 0; count < options.starts; count++) yield* starts(contenders);
  for (let count = 0; count < options.rounds; count++) yield* round(contenders, options);
}

async function* starts(contenders: readonly Contender[]): AsyncGenerator<Sample> {
  for (const contender of contenders) {
    const running = await contender.start();
    yield { what: "start", server: contender.name, value: running.startMs, unit: "ms" };
    yield resident("after the start", contender, running);
    await running.stop();
  }
}

type Servers = ReadonlyMap<Contender, RunningServer>;

/** Each round has new processes: one that was optimized by luck, or not, counts only once. */
async function* round(contenders: readonly Contender[], options: BenchOptions): AsyncGenerator<Sample> {
  const servers = new Map<Contender, RunningServer>();
  for (const contender of contenders) servers.set(contender, await contender.start());
  const id = await idOfFilled(servers);
  for (const load of loadsOn(id)) {
    if (load.name === create.name) yield* eachResident("before the creates", servers);
    for (const { origin } of servers.values()) await runLoad(origin, load, options.warmUpSeconds);
    for (let count = 0; count < options.turns; count++)
      yield* turn(count === 0 ? servers : withoutPrism(servers), load, options.seconds);
  }
  yield* eachResident("after the creates", servers);
  for (const running of servers.values()) await running.stop();
}

async function* turn(servers: Servers, load: BenchLoad, seconds: number): AsyncGenerator<Sample> {
  for (const [{ name: server }, { origin, processorMicroseconds }] of servers) {
    const before = processorMicroseconds();
    const { requests, requestsPerSecond, failed } = await runLoad(origin, load, seconds);
    const each = (processorMicroseconds() - before) / requests;
    yield { what: load.name, server, value: requestsPerSecond, unit: "requests/s", failed };
    yield { what: `${load.name}, processor`, server, value: each, unit: "µs" };
  }
}

/** Prism is so much slower that one turn tells it, and each takes its time from the others. */
function withoutPrism(servers: Servers): Servers {
  return new Map([...servers].filter(([{ name }]) => name !== "prism"));
}

/** Only the mock has state; the others respond to any id. */
async function idOfFilled(servers: Servers): Promise<string> {
  for (const [{ name }, { origin }] of servers) if (name === "mock") return createWidgets(origin);
  return "wgt_abc123";
}

function* eachResident(when: string, servers: Servers): Generator<Sample> {
  for (const [contender, running] of servers) yield resident(when, contender, running);
}

function resident(when: string, { name: server }: Contender, running: RunningServer): Sample {
  return { what: `memory ${when}`, server, value: running.residentMegabytes(), unit: "MB" };
}
