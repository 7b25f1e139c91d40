import { resolve } from "node:path";
import { type ApiCoverage, mergeCoverage, withoutItems } from "../mock/coverage/coverage.ts";
import { publishCoverage, readCoverage, writeCoverage } from "../mock/coverage/report/coverage-files.ts";
import { coverageText } from "../mock/coverage/report/coverage-text.ts";
import { type CommandContext, type Invocation, UsageError } from "./command-line/command.ts";
import type { coverageCommand } from "./coverage-flags.ts";

/** What to do with a coverage. */
export interface CoverageOptions {
  readonly coverageIgnore: readonly string[] | undefined;
  readonly coverageMin: number | undefined;
  /** The folder to write its files to. */
  readonly folder: string | undefined;
}

/** Merges the coverage of several mocks, and reports it. */
export function reportCoverage({ flags, cwd, stdout, stderr, env }: Invocation<typeof coverageCommand.flags>): number {
  const { paths, report: folder, json, ...limits } = flags;
  const merged = mergeCoverage(readPaths(paths.map((path) => resolve(cwd, path))));
  const options = { ...limits, folder: folder === undefined ? undefined : resolve(cwd, folder) };
  const { coverage, exitCode } = publishCoverageOf(merged, options, { env, stderr });
  stdout.write(`${json ? JSON.stringify(coverage) : coverageText(coverage)}\n`);
  return exitCode;
}

/** Writes a coverage where it is wanted, and finds out whether it is enough. */
export function publishCoverageOf(
  whole: ApiCoverage,
  { coverageIgnore = [], coverageMin = 0, folder }: CoverageOptions,
  { env, stderr }: Pick<CommandContext, "env" | "stderr">,
): { readonly coverage: ApiCoverage; readonly exitCode: number } {
  for (const pattern of coverageIgnore) {
    if (withoutItems(whole, [pattern]).of < whole.of) continue;
    stderr.write(`widgets-mock: --coverage-ignore: no item has an id like "${pattern}"\n`);
  }
  const coverage = coverageIgnore.length === 0 ? whole : withoutItems(whole, coverageIgnore);
  if (folder !== undefined) writeCoverage(folder, coverage);
  publishCoverage(coverage, env);
  const isEnough = coverage.percent >= coverageMin;
  if (!isEnough) {
    stderr.write(`widgets-mock: the coverage is ${coverage.percent} %; it must be at least ${coverageMin} %\n`);
  }
  return { coverage, exitCode: isEnough ? 0 : 1 };
}

/** @throws UsageError for a path that has no coverage */
function readPaths(paths: readonly string[]): ApiCoverage[] {
  try {
    return readCoverage(paths);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
