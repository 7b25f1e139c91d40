import { type BenchOperation, create, getOne, listTwenty } from "./operations.ts";
import type { Options } from "./options.ts";
import { type Contender, fill, type Running } from "./servers.ts";
import { load } from "./wrk.ts";

/** One measured value. */
export interface Sample {
  readonly what: string;
  readonly server: Contender["name"];
  readonly value: number;
  readonly unit: "requests/s" | "ms" | "MB";
  /** Requests that were not answered as they should be. */
  readonly failed?: number;
}

/**
 * Measures the servers in turn, again and again, so that whatever else the machine does slows each of them as much, and
 * the ratio of two neighbours means more than either figure.
 */
export async function* sideBySide(contenders: readonly Contender[], options: Options): AsyncGenerator<Sample> {
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

type Servers = ReadonlyMap<Contender, Running>;

/** Each round has processes of its own: one that was optimized luckily, or not, counts once. */
async function* round(contenders: readonly Contender[], options: Options): AsyncGenerator<Sample> {
  const servers = new Map<Contender, Running>();
  for (const contender of contenders) servers.set(contender, await contender.start());
  const id = await idOfFilled(servers);
  for (const operation of [getOne(id), listTwenty, create]) {
    for (const { origin } of servers.values()) await load(origin, operation, options.warmUpSeconds);
    for (let count = 0; count < options.turns; count++) yield* turn(servers, operation, options.seconds);
    if (operation === listTwenty) yield* eachResident("after the reads", servers);
  }
  yield* eachResident("after the creates", servers);
  for (const running of servers.values()) await running.stop();
}

async function* turn(servers: Servers, operation: BenchOperation, seconds: number): AsyncGenerator<Sample> {
  for (const [{ name: server }, { origin }] of servers) {
    const { requestsPerSecond, failed } = await load(origin, operation, seconds);
    yield { what: operation.name, server, value: requestsPerSecond, unit: "requests/s", failed };
  }
}

/** Only the mock has a world to fill; the others answer for any id. */
async function idOfFilled(servers: Servers): Promise<string> {
  for (const [{ name }, { origin }] of servers) if (name === "mock") return fill(origin);
  return "wgt_abc123";
}

function* eachResident(when: string, servers: Servers): Generator<Sample> {
  for (const [contender, running] of servers) yield resident(when, contender, running);
}

function resident(when: string, { name: server }: Contender, running: Running): Sample {
  return { what: `memory ${when}`, server, value: running.residentMegabytes(), unit: "MB" };
}
