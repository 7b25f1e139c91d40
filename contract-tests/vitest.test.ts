import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runContractFile } from "./vitest.test-helper.ts";

test("a broken rule fails its test alone, with a reproduction, and a report is written", async () => {
  const broken = 'mock.faults.add({ operation: "resumeWidget", status: 409 });';
  const { tests, folder } = await runContractFile(broken, '{ report: "report" }');
  const failed = tests.filter(({ status }) => status === "failed");
  expect(failed.map(({ fullName }) => fullName)).toEqual(["PAUSE-2 Resuming a paused widget makes it `active` again"]);
  expect(failed[0]?.failureMessages[0]).toMatch(
    /^ContractViolation: FAIL PAUSE-2 [\s\S]*\/resume"[\s\S]*expected +a 2xx response/,
  );
  const { exitCode } = JSON.parse(readFileSync(join(folder, "report/report.json"), "utf8"));
  expect(exitCode).toBe(1);
});
