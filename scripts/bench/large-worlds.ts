import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Measure, Weight } from "./large-world.ts";
import type { BenchOptions } from "./options.ts";
import { runModule, stopProcess } from "./processes.ts";
import type { Costs } from "./world-under-test.ts";

/** The cost of an organization of one size: by operation, the median of each turn in microseconds. */
export interface LargeWorld {
  readonly size: number;
  readonly weight: Weight;
  readonly costs: ReadonlyMap<string, readonly number[]>;
}

const samplesInTurn = 250;
// Node's own limit would depend on the machine.
const heapLimitMegabytes = 8192;

/** Measures organizations of all sizes in turns, each in a process of its own: see `measureSideBySide`. */
export async function measureLargeWorlds(root: string, { sizes, samples }: BenchOptions): Promise<LargeWorld[]> {
  const library = pathToFileURL(join(root, "dist/mock/index.js")).href;
  const worlds = await Promise.all(sizes.map((size) => filled(library, size)));
  for (let taken = 0; taken < samples; taken += samplesInTurn) {
    for (const { measured, costs } of worlds) {
      for (const [name, cost] of Object.entries(await measured({ samples: samplesInTurn })))
        costs.set(name, [...(costs.get(name) ?? []), cost]);
    }
  }
  for (const { child } of worlds) await stopProcess(child);
  return worlds;
}

async function filled(library: string, size: number) {
  const flags = ["--expose-gc", `--max-old-space-size=${heapLimitMegabytes}`];
  const child = runModule(new URL("large-world.ts", import.meta.url), [library, String(size)], flags);
  const gone = new AbortController();
  child.once("exit", () => gone.abort());
  const weight = (await answer(child, gone.signal)) as Weight;
  const measured = async (question: Measure) => {
    const answered = answer(child, gone.signal);
    child.send(question);
    return (await answered) as Costs;
  };
  return { child, measured, size, weight, costs: new Map<string, number[]>() };
}

/** @throws Error where the process ends instead of responding; it says why on standard error. */
async function answer(child: ChildProcess, gone: AbortSignal): Promise<unknown> {
  const [message] = await once(child, "message", { signal: gone });
  return message;
}
