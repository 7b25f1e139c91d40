import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { TestModule, Vitest } from "vitest/node";
import { clientOf, widgets } from "../api-client.test-helper.ts";
import { checkedMock } from "../checked-mock.test-helper.ts";
import { listen } from "../http/listen.ts";
import { attachCoverage } from "./collect-coverage.ts";
import ApiCoverageReporter, { type CoverageReporterOptions } from "./vitest-coverage.ts";

/** A run of Vitest with its mock, and files whose mocks handed on what they counted. */
async function report(options: CoverageReporterOptions, { url, files }: { url?: string; files: readonly object[] }) {
  const folder = mkdtempSync(join(tmpdir(), "widgets-coverage-"));
  const before = process.exitCode;
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
    process.exitCode = before;
  });
  const lines: string[] = [];
  const reporter = new ApiCoverageReporter({ folder, ...options });
  const projects = [url, url, undefined].map((one) => ({ getProvidedContext: () => ({ widgetsMockUrl: one }) }));
  reporter.onInit({ projects, logger: { log: (line: string) => lines.push(line) } } as unknown as Vitest);
  await reporter.onTestRunEnd(files.map((meta) => ({ meta: () => meta }) as unknown as TestModule));
  const exitCode = process.exitCode;
  const read = () => JSON.parse(readFileSync(join(folder, "coverage.json"), "utf8"));
  return { lines, exitCode, read };
}

async function fileThatCalls(...paths: string[]): Promise<object> {
  const mock = checkedMock();
  for (const path of paths) await clientOf(mock).get(path);
  const meta = {};
  attachCoverage({ file: { meta } }, mock);
  // As from one process to another.
  return JSON.parse(JSON.stringify(meta));
}

test("what the run's mock and those of test files have met is merged", async () => {
  const mock = checkedMock();
  await clientOf(mock).create();
  const { url, close } = await listen(mock);
  onTestFinished(close);
  const files = [await fileThatCalls(widgets), await fileThatCalls(widgets, `${widgets}/wgt_x`), {}];
  const { lines, read, exitCode } = await report({ min: 5 }, { url, files });
  const counts = read().items.map(({ id, count }: { id: string; count: number }) => `${id}: ${count}`);
  expect(counts).toEqual(
    expect.arrayContaining(["operation createWidget: 1", "operation listWidgets: 2", "answer getWidget 404: 1"]),
  );
  expect(lines).toEqual([expect.stringMatching(/items were met, .* %; see .*coverage\.html$/)]);
  expect(exitCode).toBeUndefined();
});

test("too little fails the run, and says how much there must be", async () => {
  const { lines, exitCode } = await report({ min: 99 }, { files: [await fileThatCalls(widgets)] });
  expect(lines[1]).toMatch(/it must be at least 99 %/);
  expect(exitCode).toBe(1);
});

test("without any mock the reporter says how to get one", async () => {
  const { lines } = await report({}, { files: [{}] });
  expect(lines[0]).toMatch("collectCoverage");
});
