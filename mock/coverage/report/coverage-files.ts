import { appendFileSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describeWriteError } from "../../../spec/files/file-error.ts";
import { makeFolder } from "../../../spec/files/make-folder.ts";
import { githubSummary } from "../../../spec/text/github.ts";
import type { ApiCoverage } from "../coverage.ts";
import { coverageHtml } from "./coverage-html.ts";
import { coverageMarkdown } from "./coverage-markdown.ts";

/** The file of a report that others can be merged with. */
const dataFile = "coverage.json";

/**
 * Writes a coverage into a folder, which is created if needed: `coverage.json` can be merged with others, `coverage.html` and
 * `coverage.md` are for people.
 * @throws Error that names the folder
 */
export function writeCoverage(folder: string, coverage: ApiCoverage): void {
  try {
    makeFolder(folder);
    writeFileSync(join(folder, dataFile), `${JSON.stringify(coverage, null, 2)}\n`);
    writeFileSync(join(folder, "coverage.html"), coverageHtml(coverage));
    writeFileSync(join(folder, "coverage.md"), coverageMarkdown(coverage));
  } catch (error) {
    throw new Error(`the coverage could not be written to ${folder}: ${describeWriteError(error)}`);
  }
}

/** Shows a coverage beside the step of a GitHub workflow, in which this process runs. */
export function publishCoverage(coverage: ApiCoverage, env: Readonly<Record<string, string | undefined>>): void {
  const summary = env["GITHUB_ACTIONS"] === "true" ? env["GITHUB_STEP_SUMMARY"] : undefined;
  if (summary) appendFileSync(summary, githubSummary(coverageMarkdown(coverage)));
}

/**
 * Reads the coverage in files, and in every `coverage.json` below folders.
 * @throws Error that names the file or the folder
 */
export function readCoverage(paths: readonly string[]): ApiCoverage[] {
  return paths.flatMap((path) => {
    if (!isFolder(path)) return [readCoverageFile(path)];
    const files = readdirSync(path, { recursive: true, encoding: "utf8" })
      .filter((file) => file === dataFile || file.endsWith(`/${dataFile}`) || file.endsWith(`\\${dataFile}`))
      .sort();
    if (files.length === 0) throw new Error(`${path} has no ${dataFile}, nor has a folder in it`);
    return files.map((file) => readCoverageFile(join(path, file)));
  });
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    throw new Error(`there is no ${path}`);
  }
}

function readCoverageFile(path: string): ApiCoverage {
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new Error(`${path} must be JSON: ${(error as Error).message}`);
  }
  if (!isCoverage(read)) throw new Error(`${path} must be the coverage.json of a mock, in the format 1`);
  return read;
}

/** True for what a mock of this format wrote, as far as merging depends on it. */
function isCoverage(read: unknown): read is ApiCoverage {
  const { format, items, dialects } = (read ?? {}) as Partial<ApiCoverage>;
  return (
    format === 1 &&
    Array.isArray(dialects) &&
    dialects.every((dialect) => typeof dialect === "string") &&
    Array.isArray(items) &&
    items.every(isItem)
  );
}

function isItem(item: Partial<ApiCoverage["items"][number]> | null): boolean {
  const { id, kind, says, count, disregarded = 0 } = item ?? {};
  return [id, kind, says].every((text) => typeof text === "string") && isCount(count) && isCount(disregarded);
}

function isCount(count: unknown): boolean {
  return Number.isSafeInteger(count) && Number(count) >= 0;
}
