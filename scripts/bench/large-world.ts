import type { LoopDelay } from "./loop-delay.ts";
import { type Costs, WorldUnderTest } from "./world-under-test.ts";

/*
 * The program of a process that creates an organization of a given size, sends the memory that a widget takes, and then
 * measures the operations, or the delay of its event loop, on each request: `node --expose-gc large-world.ts <module of createMock> <size>`.
 */

/** The first message: bytes per widget. */
export interface Weight {
  readonly heapBytes: number;
  readonly residentBytes: number;
}

/** A request for measurements: of `samples` calls the response is `Costs`, of `seconds` of creates `LoopDelay`. */
export type Measure = { readonly samples: number } | { readonly seconds: number };

/** Never reached: a create that is refused would be none. */
const maxWidgets = 100_000_000;
const warmUpWidgets = 1000;
const warmUpSamples = 4000;

async function main(library: string, size: number): Promise<void> {
  const { createMock } = (await import(library)) as typeof import("../../mock/index.ts");
  const mock = createMock({
    crawl: "immediate",
    maxWidgets,
    maxStoredMegabytes: 100_000,
  });
  await mock.core.prepare();
  await warmUp(new WorldUnderTest(mock, "Bearer sk_test_warm"));

  const world = new WorldUnderTest(mock);
  const before = weigh();
  await world.fill(size);
  // The mock keeps a widget's JSON from when it is first read.
  await world.read();
  const after = weigh();
  await world.learn();
  tell({
    heapBytes: (after.heapBytes - before.heapBytes) / size,
    residentBytes: (after.residentBytes - before.residentBytes) / size,
  });
  process.on("message", async (measure: Measure) =>
    tell(await ("samples" in measure ? world.measure(measure.samples) : world.delayOfCreates(measure.seconds))),
  );
}

/** Warms up in another organization, so that small and large ones run equally well optimized code. */
async function warmUp(world: WorldUnderTest): Promise<void> {
  await world.fill(warmUpWidgets);
  await world.learn();
  await world.measure(warmUpSamples);
}

function weigh(): Weight {
  for (let again = 0; again < 3; again++) globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapBytes: heapUsed + external, residentBytes: rss };
}

function tell(message: Weight | Costs | LoopDelay): void {
  process.send?.(message);
}

process.once("disconnect", () => process.exit());
await main(process.argv[2] ?? "", Number(process.argv[3]));
