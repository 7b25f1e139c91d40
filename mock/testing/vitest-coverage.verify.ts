import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const vitest = join(dirname(createRequire(import.meta.url).resolve("vitest/package.json")), "vitest.mjs");

const fileWithItsOwnMock = (path: string) => `
import { createMock } from "widgets-mock";
import { collectCoverage } from "widgets-mock/vitest";
import { describe, expect, test } from "vitest";
const mock = createMock({ clock: "manual" });
collectCoverage(mock);
describe("a suite", () => {
  const other = createMock({ clock: "manual" });
  collectCoverage(other);
  for (const one of [mock, other]) test("calls", async () => {
    const headers = { authorization: "Bearer sk_test_one" };
    expect((await one.fetch("http://mock.test${path}", { headers })).status).toBeGreaterThan(0);
  });
});
`;

const fileWithTheFixture = `
import { test } from "widgets-mock/vitest";
test("creates", async ({ widgetsMock }) => {
  await widgetsMock.fetch("/api/v1/widgets", { method: "POST", body: JSON.stringify({ name: "A", site_url: "https://a.example" }) });
});
`;

test("a run of Vitest reports what its files have met in several workers, and fails below a minimum", async () => {
  // Inside of the package, which finds itself by its name.
  mkdirSync(join(root, "coverage"), { recursive: true });
  const folder = mkdtempSync(join(root, "coverage", "run-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const config = (min: number) => `export default { test: {
    root: ${JSON.stringify(folder)}, include: ["*.spec.mjs"], maxWorkers: 2, globalSetup: ["widgets-mock/vitest/setup"],
    reporters: ["default", ["widgets-mock/vitest/coverage", { folder: ${JSON.stringify(join(folder, "report"))}, min: ${min} }]],
  } };`;
  writeFileSync(join(folder, "one.spec.mjs"), fileWithItsOwnMock("/api/v1/widgets"));
  writeFileSync(join(folder, "two.spec.mjs"), fileWithItsOwnMock("/api/v1/widgets/wgt_x"));
  writeFileSync(join(folder, "three.spec.mjs"), fileWithTheFixture);
  const runWith = async (min: number) => {
    writeFileSync(join(folder, "vitest.config.mjs"), config(min));
    const args = [vitest, "run", "--config", join(folder, "vitest.config.mjs")];
    return promisify(execFile)(process.execPath, args, { cwd: folder, env: { ...process.env, NO_COLOR: "1" } }).then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error: { code: number; stdout: string }) => error,
    );
  };
  const { code, stdout } = await runWith(1);
  expect([code, stdout]).toEqual([0, expect.stringMatching(/items were met, .* %; see /)]);
  const { items } = JSON.parse(readFileSync(join(folder, "report", "coverage.json"), "utf8"));
  const countOf = (id: string) => items.find((item: { id: string }) => item.id === id).count;
  expect(["listWidgets", "getWidget", "createWidget"].map((name) => countOf(`operation ${name}`))).toEqual([2, 2, 1]);
  expect((await runWith(99)).code).toBe(1);
});
