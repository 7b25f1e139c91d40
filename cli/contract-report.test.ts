import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { runHere } from "./command-line.test-helper.ts";

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "widgets-mock-"));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

function fileWith(value: unknown): string {
  const file = join(folder(), "file.json");
  writeFileSync(file, typeof value === "string" ? value : JSON.stringify(value));
  return file;
}

test.each([
  ["--known", "{", /--known .*: not JSON/],
  ["--known", '{"PAUSE-44":{}}', /"PAUSE-44".*id you mean "PAUSE-4"\?/],
  ["--known", '{"PAUSE-4":{"reason":"x","expires":"soon"}}', /PAUSE-4: "expires" must be a date/],
  ["--compare", "{", /--compare .*: not JSON/],
  ["--compare", "{}", /--compare .*report\.json/],
])("%s with a file that holds %s exits with 2 before the first request", async (flag, text, says) => {
  await expectUsageError([flag, fileWith(text)], says);
});

test.each([
  [["--known", "./nobody.json"], /--known: cannot read \.\/nobody\.json: no such file/],
  [["--compare", "./nobody.json"], /--compare: cannot read \.\/nobody\.json: no such file/],
  [["--fail-on", "note"], /--fail-on must be one of warn, fail, got "note"/],
])("contract %j exits with 2 before the first request", async (args, says) => {
  await expectUsageError(args, says);
});

async function expectUsageError(args: readonly string[], says: RegExp): Promise<void> {
  const { code, out, err } = await runHere(["contract", "http://127.0.0.1:1", "--api-key", "k", ...args]);
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toMatch(/^widgets-mock: [^\n]+\n$/);
  expect(err).toMatch(says);
}
