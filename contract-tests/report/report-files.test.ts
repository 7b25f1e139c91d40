import { expect, test } from "vitest";
import { publishedDocument } from "../../spec/published-document.ts";
import { readRecord } from "../history/record.ts";
import { type CallStep, isOwnWrite } from "../plan/step.ts";
import { reportOf } from "../report-of.ts";
import { reportFiles } from "./report-files.ts";
import { refusing, tried } from "./run.test-helper.ts";

/** One run against a mock that rejects every resume, whose files several tests read. */
let run: ReturnType<typeof tried> | undefined;
function runWithRejectedResumes(): ReturnType<typeof tried> {
  run ??= tried({ between: refusing(/\/resume$/, 409) });
  return run;
}

test("report.json has what was found and what it cost, and the history leads to the same again", async () => {
  const { report, record } = await runWithRejectedResumes();
  const files = reportFiles(report, record);
  const { rules, ...rest } = JSON.parse(files["report.json"] ?? "");
  expect(rest).toMatchObject({
    version: 1,
    seed: 1,
    exitCode: 1,
    target: "http://mock.test",
    stats: { durationMs: expect.any(Number) },
  });
  expect(rest.stats.passes.map(({ purpose }: { purpose: string }) => purpose).slice(0, 3)).toEqual([
    ...["explore", "reproduce", "shrink"],
  ]);
  const found = rules.find(({ id }: { id: string }) => id === "PAUSE-2");
  expect(found.reproduced.of).toBeGreaterThan(1);
  expect(found).toMatchObject({
    basis: "said",
    verdict: "fail",
    reproduced: { times: found.reproduced.of },
    reproduction: { message: expect.stringContaining("resumeWidget returned 409"), expected: "a 2xx response" },
  });
  const again = reportOf(publishedDocument, readRecord(files["history.jsonl"] ?? ""));
  expect(reportFiles(again, record)).toEqual(files);
});

test("what was found is written down so that it can be run again, in its fewest steps", async () => {
  const { report, record } = await runWithRejectedResumes();
  const { rule, scripts } = JSON.parse(reportFiles(report, record)["replay/PAUSE-2.json"] ?? "");
  expect(rule).toBe("PAUSE-2");
  const writes = scripts[0].steps.filter(isOwnWrite);
  expect(writes.map(({ operation }: CallStep) => operation)).toEqual(["pauseWidget", "resumeWidget"]);
  expect(scripts[0].id).not.toContain("~");
});

test("no secret is part of any file", async () => {
  const { report, record } = await tried({ target: { headers: { "x-team": "seven" } } });
  const all = Object.values(reportFiles(report, record)).join("");
  expect(all).not.toMatch(/sk_test_(own|second)/);
  expect(all).toContain("seven");
});
