import { expect, test } from "vitest";
import { publishedDocument } from "../../spec/published-document.ts";
import { readRecord, writeRecord } from "../history/record.ts";
import { reportOf } from "../report-of.ts";
import { healthy } from "../subjects/build.test-helper.ts";
import { recordOf, reportOn, startTime } from "../subjects/target.test-helper.ts";
import { variants } from "../subjects/variants.test-helper.ts";

function variantOf(id: string) {
  const found = variants.find((variant) => variant.id === id);
  if (!found) throw new Error(`There is no variant ${id}.`);
  return found;
}

test("the whole dialect of a mock is observed, and deviations are notes, never failures", async () => {
  const { dialect, rules, exitCode } = await reportOn(healthy({ ...startTime, dialect: "hostile" }));
  expect(dialect).toEqual({ ...dialect, ...publishedDocument["x-dialects"]["hostile"], unsupported: {} });
  const departures = rules.filter(({ verdict }) => verdict === "note").map(({ id }) => id);
  expect(departures.sort()).toEqual(Object.keys(publishedDocument["x-dialects"]["hostile"] ?? {}).sort());
  expect(exitCode).toBe(0);
});

test("a rule that nothing shows is left out, with the reason", async () => {
  const { dialect, rules } = await reportOn(healthy(startTime), { effort: "quick" });
  expect(dialect).toMatchObject({ "A-CREATE-1": "201", unsupported: {} });
  expect(Object.keys(dialect)).not.toContain("A-PATCH-3");
  const judged = (wanted: string) => rules.find(({ id }) => id === wanted);
  expect(judged("A-CREATE-1")).toMatchObject({ verdict: "pass", findings: [] });
  expect(judged("A-PATCH-3")).toMatchObject({ verdict: "not-observed", reason: expect.stringContaining("--effort") });
  expect(judged("A-ORDER-1")).toMatchObject({ verdict: "not-observed", reason: expect.stringContaining("two ways") });
});

test("what no choice covers is described in words, which the mock skips", async () => {
  const { dialect } = await reportOn(variantOf("repeated-pause-is-answered-422").build(startTime));
  expect(dialect).toMatchObject({
    unsupported: { "A-PAUSE-2": expect.stringContaining("of a paused widget returns 422") },
  });
  const started = healthy({ dialect });
  expect(started.mock.dialect.unsupported).toEqual(dialect["unsupported"]);
  started.close();
});

test("what an update does is not told from reads before its effect", async () => {
  const { dialect } = await reportOn(variantOf("updates-take-a-second").build(startTime));
  expect(["merge", undefined]).toContain(dialect["A-PATCH-1"]);
  expect(Object.keys(dialect["unsupported"] ?? {})).not.toContain("A-PATCH-2");
});

test("a recorded run shows the same dialect again", async () => {
  const { report, record } = await recordOf(variantOf("everything-answers-204").build(startTime), {
    effort: "quick",
  });
  expect(reportOf(publishedDocument, readRecord(writeRecord(record)))).toEqual(report);
});

test.each([
  ["warn", 0],
  ["fail", 1],
] as const)("a deviation from an expected dialect is a %s, with the exit code %i", async (expectLevel, exit) => {
  const expected = { expect: { "A-DELETE-1": "200", "A-CREATE-1": "201" }, expectLevel };
  const report = await reportOn(healthy(startTime), { effort: "quick", ...expected });
  expect(report.exitCode).toBe(exit);
  const deviations = report.rules.filter(({ verdict }) => verdict === "warn" || verdict === "fail");
  expect(deviations).toEqual([
    expect.objectContaining({
      id: "A-DELETE-1",
      verdict: expectLevel,
      findings: [expect.objectContaining({ message: 'observed "204", expected "200"' })],
    }),
  ]);
});

test("an invalid expected dialect is rejected before the first request", async () => {
  let calls = 0;
  const subject = healthy(startTime);
  const fetch = (request: Request) => {
    calls++;
    return subject.fetch(request);
  };
  await expect(reportOn({ ...subject, fetch }, { expect: { "A-PAUSE-2": "never" } })).rejects.toThrow(
    "A-PAUSE-2: unknown choice",
  );
  // The adapter asks what it is about to be used on.
  expect(calls).toBeLessThan(5);
});
