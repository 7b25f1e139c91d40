import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { run, start } from "../../cli/bin.test-helper.ts";

const bin = join(import.meta.dirname, "../../dist/cli/widgets-mock.js");
const fixtures = mkdtempSync(join(tmpdir(), "widgets-mock-python-"));
const isInstalled = spawnSync("python3", ["--version"]).status === 0;
// In CI, a missing Python is a failure.
const isSkipped = !isInstalled && process.env["CI"] === undefined;

beforeAll(async () => {
  expect(await run("fixtures", "export", fixtures)).toMatchObject({ code: 0, err: "" });
});
afterAll(() => rmSync(fixtures, { recursive: true }));

/** Runs the example's tests with the standard library alone. */
function unittest(
  env: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly err: string }> {
  const clean = Object.entries(process.env).filter(([name]) => !name.startsWith("WIDGETS_"));
  const child = spawn(
    "python3",
    ["-I", "-S", "-B", "-W", "error", "-m", "unittest", "discover", "-s", import.meta.dirname],
    {
      env: { ...Object.fromEntries(clean), WIDGETS_FIXTURES: fixtures, ...env },
      stdio: ["ignore", "ignore", "pipe"],
    },
  );
  let err = "";
  child.stderr.setEncoding("utf8").on("data", (text) => {
    err += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, err }));
  });
}

const tests = ["test_fixtures.py", "test_webhook.py", "test_client.py"]
  .map((file) => readFileSync(join(import.meta.dirname, file), "utf8").match(/ def test_/g)?.length ?? 0)
  .reduce((sum, count) => sum + count);

test.skipIf(isSkipped)("a partner's tests in Python pass, and start a mock of their own", async () => {
  const { code, err } = await unittest({ WIDGETS_MOCK: `'${process.execPath}' '${bin}'` });
  expect(err).toContain(`Ran ${tests} tests`);
  expect(code, err).toBe(0);
});

test.skipIf(isSkipped)("they use the mock that CI has started", async () => {
  const mock = await start("--api-key", "sk_test_ours=acme");
  const { code, err } = await unittest({
    WIDGETS_API_URL: mock.url,
    WIDGETS_API_KEY: "sk_test_ours",
    WIDGETS_MOCK: "none",
  });
  expect(code, err).toBe(0);
  const { out } = await mock.end("SIGTERM");
  expect(Number(/(\d+) responses relied on/m.exec(out)?.[1])).toBeGreaterThan(30);
});
