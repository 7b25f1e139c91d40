import { existsSync } from "node:fs";
import { join } from "node:path";
import { measureLargeWorlds } from "./large-worlds.ts";
import { BenchUsageError, benchHelp, type Options, optionsFrom } from "./options.ts";
import { killAllAtExit } from "./processes.ts";
import { report } from "./report.ts";
import { bareServer, mock, prism, recordReplies } from "./servers.ts";
import { type Sample, sideBySide } from "./side-by-side.ts";
import { figure } from "./table.ts";
import { hasWrk } from "./wrk.ts";

/** `npm run bench`: the table on standard output, and on standard error each value as it comes. */
async function main(root: string, options: Options): Promise<void> {
  if (!existsSync(join(root, "dist/cli/widgets-mock.js")))
    throw new BenchUsageError("There is no dist/; run `npm run build` first.");
  const samples = options.servers ? await measureServers(root, options) : [];
  if (options.large) console.error(`filling worlds of ${options.sizes.map((size) => figure(size)).join(", ")} widgets`);
  const worlds = options.large ? await measureLargeWorlds(root, options) : [];
  console.log(report(samples, worlds));
}

async function measureServers(root: string, options: Options): Promise<Sample[]> {
  if (!hasWrk())
    throw new BenchUsageError("wrk, which makes the load, is missing; install it with `sudo apt-get install wrk`.");
  const contenders = [bareServer(await recordReplies(mock(root))), mock(root), prism(root)];
  const samples: Sample[] = [];
  for await (const sample of sideBySide(contenders, options)) {
    samples.push(sample);
    console.error(`${sample.what}, ${sample.server}: ${figure(sample.value, sample.unit)}`);
  }
  return samples;
}

try {
  killAllAtExit();
  const options = optionsFrom(process.argv.slice(2));
  if (options) await main(join(import.meta.dirname, "../.."), options);
  else console.log(benchHelp);
} catch (error) {
  if (!(error instanceof BenchUsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}
