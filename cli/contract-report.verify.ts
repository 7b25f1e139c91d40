import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { run, runIn, start } from "./bin.test-helper.ts";

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

/** A run against a mock that refuses to resume, in a folder of its own. */
async function brokenRun(...args: string[]) {
  const mock = await start("--clock", "manual");
  const headers = { authorization: "Bearer sk_test_own" };
  const body = JSON.stringify({ operation: "resumeWidget", status: 409 });
  await fetch(`${mock.url}/_mock/faults`, { method: "POST", headers, body });
  const report = folder();
  const keys = ["--api-key", "sk_test_own", "--second-api-key", "sk_test_second", "--effort", "quick"];
  return { ...(await run("contract", mock.url, ...keys, "--report", report, ...args)), report };
}

test("what a run found is judged again by what is known, and what counts", async () => {
  const { code, out, report } = await brokenRun();
  expect(code).toBe(1);
  expect(out).toContain(`--replay ${report}/replay/PAUSE-2.json`);
  const again = (...args: string[]) => run("contract", "--judge", join(report, "history.jsonl"), ...args);
  const found: string[] = JSON.parse(readFileSync(join(report, "report.json"), "utf8"))
    .rules.filter(({ verdict }: { verdict: string }) => verdict === "fail")
    .map(({ id }: { id: string }) => id);
  const knownUntil = (expires: string) =>
    fileWith(Object.fromEntries(found.map((id) => [id, { reason: "being fixed", expires }])));

  const known = await again("--known", knownUntil("9999-12-31"));
  expect(known).toMatchObject({ code: 0, err: "" });
  expect(known.out).toMatch(/^ {2}known +suppressed until 9999-12-31: being fixed$/m);
  const expired = await again("--known", knownUntil("2000-01-01"));
  expect(expired.code).toBe(1);
  expect(expired.out).toMatch(/^ {2}known +expired on 2000-01-01: being fixed$/m);
  const strict = await again("--known", knownUntil("9999-12-31"), "--fail-on-not-observed");
  expect(strict.code).toBe(1);

  const compared = await again("--compare", join(report, "report.json"));
  expect(compared.out).toMatch(/^Compared with http:\/\/127.*\n {2}no difference$/m);
});

test("in a workflow of GitHub what was found stands beside the run", async () => {
  const { report } = await brokenRun();
  const summary = fileWith("before\n");
  const environment = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary };
  const { out } = await runIn(environment, "contract", "--judge", join(report, "history.jsonl"));
  expect(out).toMatch(/^::error title=PAUSE-2 .*`active`.*::resumeWidget returned 409 .*%0Aexpected: /m);
  expect(readFileSync(summary, "utf8")).toMatch(/^before\n# Contract of [\s\S]*## FAIL PAUSE-2 /);
});

test("what differs from an earlier report is shown", async () => {
  const mock = await start("--clock", "manual");
  const report = folder();
  const args = ["contract", mock.url, "--api-key", "sk_test_own", "--effort", "quick", "--report", report];
  await run(...args);
  const earlier = JSON.parse(readFileSync(join(report, "report.json"), "utf8"));
  for (const rule of earlier.rules) if (rule.id === "PAUSE-2") rule.verdict = "fail";
  const { code, out } = await run("contract", "--judge", join(report, "history.jsonl"), "--compare", fileWith(earlier));
  expect(code).toBe(0);
  expect(out).toMatch(/^Compared with .*\n {2}PAUSE-2 +fail -> pass$/m);
});
