import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runContractFile } from "./vitest.test-helper.ts";

test("a broken promise fails its test alone, with its story, and a report is written", async () => {
  const broken = 'mock.faults.add({ operation: "resumeWidget", status: 409 });';
  const { tests, folder } = await runContractFile(broken, '{ report: "report" }');
  const failed = tests.filter(({ status }) => status === "failed");
  expect(failed.map(({ fullName }) => fullName)).toEqual(["PAUSE-2 Resuming a paused widget makes it `active` again"]);
  expect(failed[0]?.failureMessages[0]).toMatch(
    /^ContractBreach: FAIL PAUSE-2 [\s\S]*\/resume"[\s\S]*right +it is accepted/,
  );
  const { exit } = JSON.parse(readFileSync(join(folder, "report/report.json"), "utf8"));
  expect(exit).toBe(1);
});
