import { existsSync } from "node:fs";
import { join } from "node:path";
import { measureLargeWorlds } from "./large-worlds.ts";
import { type BenchOptions, BenchUsageError, benchHelp, readBenchOptions } from "./options.ts";
import { killAllAtExit } from "./processes.ts";
import { benchReport } from "./report.ts";
import { bareServer, mockServer, prismServer, recordResponses } from "./servers.ts";
import { measureSideBySide, type Sample } from "./side-by-side.ts";
import { formatNumber } from "./table.ts";
import { hasWrk } from "./wrk.ts";

/** `npm run bench`: prints the table on standard output, and each value on standard error as it is measured. */
async function main(root: string, options: BenchOptions): Promise<void> {
  if (!existsSync(join(root, "dist/cli/widgets-mock.js")))
    throw new BenchUsageError("there is no dist/; run `npm run build` first");
  const samples = options.servers ? await measureServers(root, options) : [];
  if (options.large)
    console.error(`creating organizations of ${options.sizes.map((size) => formatNumber(size)).join(", ")} widgets`);
  const worlds = options.large ? await measureLargeWorlds(root, options) : [];
  console.log(benchReport(samples, worlds));
}

async function measureServers(root: string, options: BenchOptions): Promise<Sample[]> {
  if (!hasWrk())
    throw new BenchUsageError(
      "wrk, which sends the load, is not installed; install it with `sudo apt-get install wrk`",
    );
  const contenders = [bareServer(await recordResponses(mockServer(root))), mockServer(root), prismServer(root)];
  const samples: Sample[] = [];
  for await (const sample of measureSideBySide(contenders, options)) {
    samples.push(sample);
    console.error(`${sample.what}, ${sample.server}: ${formatNumber(sample.value, sample.unit)}`);
  }
  return samples;
}

try {
  killAllAtExit();
  const options = readBenchOptions(process.argv.slice(2));
  if (options) await main(join(import.meta.dirname, "../.."), options);
  else console.log(benchHelp);
} catch (error) {
  if (!(error instanceof BenchUsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
