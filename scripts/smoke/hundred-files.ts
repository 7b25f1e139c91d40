import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runVitest } from "./run-vitest.ts";

const files = 100;
/** More than a machine has, so that files do run side by side. */
const workers = 8;

/** Every file has the same content but for its number, which its widgets have as their names. */
const testFile = (n: number) => `import { expect } from "vitest";
import { test } from "widgets-mock/vitest";

for (const name of ["${n}, first", "${n}, second"]) {
  test(name, async ({ widgetsMock }) => {
    const body = JSON.stringify({ name, site_url: "https://bakery.example" });
    const created = await widgetsMock.fetch("/api/v1/widgets", { method: "POST", body });
    const { id } = await created.json();
    expect((await widgetsMock.clock.advance({ seconds: 2 })).happened).toMatchObject([{ type: "crawl.succeeded", widget: id }]);
    const { data } = await (await widgetsMock.fetch("/api/v1/widgets")).json();
    expect(data).toMatchObject([{ id, name, status: "active", created_at: "2026-01-01T00:00:00Z" }]);
  });
}
`;

/**
 * Runs a hundred test files side by side, in a folder where the package and Vitest are installed, against one mock.
 * @throws Error with what Vitest wrote, where a test fails
 */
export function runHundredFiles(root: string, folder: string): void {
  const tests = join(folder, "hundred-files");
  mkdirSync(tests);
  const config = { test: { globalSetup: ["widgets-mock/vitest/setup"], pool: "threads", isolate: false } };
  writeFileSync(join(tests, "vitest.config.mjs"), `export default ${JSON.stringify(config)};\n`);
  for (let n = 1; n <= files; n++) writeFileSync(join(tests, `${n}.test.mjs`), testFile(n));
  runVitest(root, tests, "--maxWorkers", `${workers}`, "--reporter", "dot");
}

/** @throws Error where Vitest does not end so that it is said what is missing */
export function runWithoutSetup(root: string, folder: string): void {
  const tests = join(folder, "without-setup");
  mkdirSync(tests);
  writeFileSync(join(tests, "1.test.mjs"), testFile(1));
  const told = /There is no mock to test with: add "widgets-mock\/vitest\/setup"/;
  try {
    runVitest(root, tests);
  } catch (error) {
    if (told.test(String(error))) return;
    throw error;
  }
  throw new Error("a test without the global set-up passes.");
}
