import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { run, start } from "./bin.test-helper.ts";
import { openTerminal } from "./terminal.test-helper.ts";

const bin = join(import.meta.dirname, "../dist/cli/widgets-mock.js");
const key = "sk_test_own";
const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };

/**
 * Ends a run at once when its ledger has so many lines.
 * @returns what it ended with
 */
async function killedAt(
  lines: number,
  url: string,
  folder: string,
  signal: NodeJS.Signals = "SIGKILL",
): Promise<number | null> {
  const child = spawn(process.execPath, [bin, "contract", url, "--api-key", key, "--report", folder], {
    stdio: "ignore",
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  let isKilled = false;
  const ledger = join(folder, "ledger.jsonl");
  const watcher = watch(folder, () => {
    if (isKilled || !existsSync(ledger) || readFileSync(ledger, "utf8").split("\n").length <= lines) return;
    isKilled = true;
    child.kill(signal);
  });
  const code = await ended;
  watcher.close();
  return code;
}

test.each([
  "SIGINT",
  "SIGTERM",
] as const)("a run that %s ends deletes its widgets, and checks nothing", async (signal) => {
  const { url } = await start("--crawl", "60s");
  const folder = mkdtempSync(join(tmpdir(), "widgets-mock-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  expect(await killedAt(30, url, folder, signal)).toBe(2);
  const list = await (await fetch(`${url}/api/v1/widgets?limit=100`, { headers })).json();
  expect(list.data).toEqual([]);
  expect(JSON.parse(readFileSync(join(folder, "report.json"), "utf8"))).toMatchObject({ exitCode: 2, leftovers: [] });
});

test.skipIf(process.platform !== "linux")(
  "a run deletes its widgets when somebody closes the terminal that it runs in",
  async () => {
    const { url } = await start("--crawl", "60s");
    const folder = mkdtempSync(join(tmpdir(), "widgets-mock-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const terminal = await openTerminal();
    terminal.type(`'${process.execPath}' '${bin}' contract ${url} --api-key ${key} --report ${folder}\n`);
    const ledger = join(folder, "ledger.jsonl");
    await expect.poll(() => existsSync(ledger) && readFileSync(ledger, "utf8").split("\n").length).toBeGreaterThan(30);
    terminal.close();
    const report = join(folder, "report.json");
    await expect.poll(() => existsSync(report) && readFileSync(report, "utf8")).toMatch(/"leftovers":\s*\[\]/);
    const list = await (await fetch(`${url}/api/v1/widgets?limit=100`, { headers })).json();
    expect(list.data).toEqual([]);
  },
);

test.each([
  1, 2, 9, 40, 77, 83, 95, 110,
])("what a run leaves that is killed at line %i of its ledger is cleaned, and nothing else", async (lines) => {
  const { url } = await start("--crawl", "300ms");
  const create = (name: string) =>
    fetch(`${url}/api/v1/widgets`, {
      method: "POST",
      headers,
      body: JSON.stringify({ name, site_url: "https://quiet.example" }),
    });
  const folder = mkdtempSync(join(tmpdir(), "widgets-mock-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  await create("quiet");
  await killedAt(lines, url, folder);
  const cleaned = await run("contract", url, "--api-key", key, "--clean", join(folder, "ledger.jsonl"));
  expect(cleaned).toMatchObject({ code: 0, err: "" });
  const list = await (await fetch(`${url}/api/v1/widgets?limit=100`, { headers })).json();
  expect(list.data.map(({ name }: { name: string }) => name)).toEqual(["quiet"]);
});
