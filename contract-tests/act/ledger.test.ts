import { mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { createRequest, watchedTarget } from "../guest.test-helper.ts";
import { recordOnce } from "../verify.ts";
import { ledgerFile, ledgerIn } from "./ledger.ts";

/** A folder for a ledger, and what stands in it. */
function ledgerFolder() {
  const folder = mkdtempSync(join(tmpdir(), "ledger-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const lines = (): {
    readonly intend?: string;
    readonly made?: string;
    readonly id?: string;
    readonly gone?: string;
  }[] =>
    readFileSync(join(folder, ledgerFile), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  return { folder, lines };
}

const isCreate = ({ method, url }: Request) => method === "POST" && url.endsWith("/widgets");

test("a widget stands in the ledger before it is made, then with its id, and is crossed out when it is deleted", async () => {
  const { folder, lines } = ledgerFolder();
  const ledger = ledgerIn(folder);
  const unknown: unknown[] = [];
  const { target, names, mock } = watchedTarget(async (request, answer) => {
    if (isCreate(request)) {
      const { name } = await request.clone().json();
      if (!lines().some(({ intend }) => intend === name)) unknown.push(name);
    }
    const id = /widgets\/(wgt_\w+)$/.exec(request.url)?.[1];
    if (request.method === "DELETE" && !lines().some((line) => line.id === id)) unknown.push(id);
    return answer();
  });
  await mock.fetch(createRequest("not of the run"));
  await recordOnce(target, { nonce: "n1", effort: "quick", ledger });
  expect(unknown).toEqual([]);
  const made = lines().flatMap(({ id }) => id ?? []);
  expect(made.length).toBeGreaterThan(10);
  expect(new Set(lines().flatMap(({ gone }) => gone ?? []))).toEqual(new Set(made));
  expect(await names()).toEqual(["not of the run"]);
});

test("a widget whose delete is rejected is not crossed out", async () => {
  const { folder, lines } = ledgerFolder();
  const { target } = watchedTarget(async (request, answer) =>
    request.method === "DELETE" ? new Response(null, { status: 403 }) : answer(),
  );
  const { left } = await recordOnce(target, { nonce: "n1", effort: "quick", ledger: ledgerIn(folder) });
  expect(lines().filter(({ gone }) => gone !== undefined)).toEqual([]);
  expect(left.map(({ id }) => id).sort()).toEqual(
    lines()
      .flatMap(({ id }) => id ?? [])
      .sort(),
  );
});

test("a disk that is full leaves no widget behind, and the ledger says so", async () => {
  const { folder } = ledgerFolder();
  const ledger = ledgerIn(folder);
  // Writing to it fails for want of space.
  rmSync(join(folder, ledgerFile));
  symlinkSync("/dev/full", join(folder, ledgerFile));
  const { target, names } = watchedTarget((_, answer) => answer());
  const { left } = await recordOnce(target, { nonce: "n1", effort: "quick", ledger });
  expect([left, await names()]).toEqual([[], []]);
  expect(ledger.problem).toMatch(/no space left/);
});
