import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Measure, Weight } from "./large-world.ts";
import type { LoopDelay } from "./loop-delay.ts";
import type { BenchOptions } from "./options.ts";
import { runModule, stopProcess } from "./processes.ts";
import type { Cost, Costs } from "./world-under-test.ts";

/** The cost of an organization of one size: by operation, the medians of each turn in microseconds. */
export interface LargeWorld {
  readonly size: number;
  readonly weight: Weight;
  readonly costs: ReadonlyMap<string, readonly Cost[]>;
  /** Of the largest one alone, which creates hardly make any larger. */
  readonly delays?: LoopDelays;
}

/** The delay of the event loop while creates go on, beside that of a bare Map whose strings, as many, are replaced. */
export interface LoopDelays {
  readonly mock: LoopDelay;
  readonly map: LoopDelay;
}

const samplesInTurn = 250;
// Node's own limit would depend on the machine.
const heapLimitMegabytes = 8192;

/** Measures organizations of all sizes in turns, each in a process of its own: see `measureSideBySide`. */
export async function measureLargeWorlds(
  root: string,
  { sizes, samples, delaySeconds }: BenchOptions,
): Promise<LargeWorld[]> {
  const library = pathToFileURL(join(root, "dist/mock/index.js")).href;
  const worlds = await Promise.all(sizes.map((size) => filled(library, size)));
  for (let taken = 0; taken < samples; taken += samplesInTurn) {
    for (const { measured, costs } of worlds) {
      for (const [name, cost] of Object.entries((await measured({ samples: samplesInTurn })) as Costs))
        costs.set(name, [...(costs.get(name) ?? []), cost]);
    }
  }
  const largest = Math.max(...sizes);
  const all: LargeWorld[] = [];
  for (const { child, measured, ...world } of worlds) {
    const mock = world.size === largest && ((await measured({ seconds: delaySeconds })) as LoopDelay);
    await stopProcess(child);
    all.push(mock ? { ...world, delays: { mock, map: await delayOfMap(world.size, delaySeconds) } } : world);
  }
  return all;
}

async function delayOfMap(size: number, delaySeconds: number): Promise<LoopDelay> {
  const flags = [`--max-old-space-size=${heapLimitMegabytes}`];
  const child = runModule(new URL("large-map.ts", import.meta.url), [String(size), String(delaySeconds)], flags);
  const delay = (await answer(child, untilGone(child))) as LoopDelay;
  await stopProcess(child);
  return delay;
}

async function filled(library: string, size: number) {
  const flags = ["--expose-gc", `--max-old-space-size=${heapLimitMegabytes}`];
  const child = runModule(new URL("large-world.ts", import.meta.url), [library, String(size)], flags);
  const gone = untilGone(child);
  const weight = (await answer(child, gone)) as Weight;
  const measured = (question: Measure) => {
    const answered = answer(child, gone);
    child.send(question);
    return answered;
  };
  return { child, measured, size, weight, costs: new Map<string, Cost[]>() };
}

function untilGone(child: ChildProcess): AbortSignal {
  const gone = new AbortController();
  child.once("exit", () => gone.abort());
  return gone.signal;
}

/** @throws Error where the process ends instead of responding; it says why on standard error. */
async function answer(child: ChildProcess, gone: AbortSignal): Promise<unknown> {
  const [message] = await once(child, "message", { signal: gone });
  return message;
}
