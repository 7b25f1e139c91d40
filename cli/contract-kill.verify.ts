import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, watch } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { run, start } from "./bin.test-helper.ts";

const bin = join(import.meta.dirname, "../dist/cli/widgets-mock.js");
const key = "sk_test_own";
const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };

/** Kills a run at once when its ledger has so many lines. */
async function killedAt(lines: number, url: string, folder: string): Promise<void> {
  const child = spawn(process.execPath, [bin, "contract", url, "--api-key", key, "--report", folder], {
    stdio: "ignore",
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = new Promise((resolve) => child.once("close", resolve));
  const ledger = join(folder, "ledger.jsonl");
  const watcher = watch(folder, () => {
    if (existsSync(ledger) && readFileSync(ledger, "utf8").split("\n").length > lines) child.kill("SIGKILL");
  });
  await ended;
  watcher.close();
}

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
