import { existsSync } from "node:fs";
import { join } from "node:path";
import { measureConsole } from "./console-load.ts";
import { measureLargeWorlds } from "./large-worlds.ts";
import { type BenchOptions, type BenchPart, BenchUsageError, benchHelp, readBenchOptions } from "./options.ts";
import { measurePostgres } from "./postgres.ts";
import { killAllAtExit } from "./processes.ts";
import { profileLoads } from "./profile.ts";
import { profileReport } from "./profile-report.ts";
import { benchReport } from "./report.ts";
import { bareServer, mockServer, prismServer, recordResponses } from "./servers.ts";
import { measureSideBySide, type Sample } from "./side-by-side.ts";
import { measureState } from "./state.ts";
import { formatNumber } from "./table.ts";
import { hasWrk } from "./wrk.ts";

/** `npm run bench`: prints the table on standard output, and each value on standard error as it is measured. */
async function main(root: string, options: BenchOptions): Promise<void> {
  if (!existsSync(join(root, "dist/cli/widgets-mock.js")))
    throw new BenchUsageError("there is no dist/; run `npm run build` first");
  const { parts, sizes } = options;
  if (["servers", "profile", "state", "postgres"].some((part) => parts.has(part as BenchPart)) && !hasWrk())
    throw new BenchUsageError(
      "wrk, which sends the load, is not installed; install it with `sudo apt-get install wrk`",
    );
  const samples = parts.has("servers") ? await measureServers(root, options) : [];
  if (parts.has("sizes"))
    console.error(`creating organizations of ${sizes.map((size) => formatNumber(size)).join(", ")} widgets`);
  const worlds = parts.has("sizes") ? await measureLargeWorlds(root, options) : [];
  if (samples.length + worlds.length > 0) console.log(benchReport(samples, worlds));
  if (parts.has("state")) console.log(await measureState(root, options));
  if (parts.has("postgres")) console.log(await measurePostgres(root, options));
  if (parts.has("console")) console.log(await measureConsole(options));
  if (parts.has("profile")) console.log(profileReport(await profileLoads(root, options)));
}

async function measureServers(root: string, options: BenchOptions): Promise<Sample[]> {
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
