import { expect, test } from "vitest";
import { compareReports, readReport } from "./compare-reports.ts";
import { htmlReport } from "./html/html-report.ts";
import { markdownReport } from "./markdown-report.ts";
import { reportWith } from "./report.test-helper.ts";
import type { Report } from "./report.ts";
import { textReport } from "./text/text-report.ts";

const before = reportWith({ "OBJ-2": "warn", "LIFE-1": "fail" }, { target: "https://staging.example", seed: 7 });

test("two reports are compared by what they say of each rule, the worse first", () => {
  const { verdicts, dialect } = compareReports(before, reportWith({ "PAUSE-4": "fail", "LIFE-1": "not-observed" }));
  expect(verdicts).toEqual([
    { id: "PAUSE-4", before: "pass", after: "fail", isWorse: true },
    { id: "OBJ-2", before: "warn", after: "pass", isWorse: false },
    { id: "LIFE-1", before: "fail", after: "not-observed", isWorse: false },
  ]);
  expect(dialect).toEqual([]);
});

test("a rule that one of two reports was not to judge is no difference", () => {
  const some = reportWith({ "PAUSE-4": "fail" });
  const { verdicts } = compareReports(before, { ...some, rules: some.rules.filter(({ id }) => id === "PAUSE-4") });
  expect(verdicts.map(({ id }) => id)).toEqual(["PAUSE-4"]);
});

test("dialects are compared where both are known", () => {
  const spelled = { choice: "spelled", value: "suspended" };
  const one = reportWith({}, { dialect: { "A-PAUSE-2": "accept", "A-ENUM-1": spelled, "A-VAL-1": "422" } });
  const other = reportWith({}, { dialect: { "A-PAUSE-2": "refuse", "A-VAL-1": "422", "A-LIST-3": "oldest" } });
  expect(compareReports(one, other).dialect.map(({ id, before: was, after: is }) => [id, was, is])).toEqual([
    ["A-PAUSE-2", "accept", "refuse"],
    ["A-ENUM-1", "spelled suspended", undefined],
    ["A-LIST-3", undefined, "oldest"],
  ]);
  const { dialect: _, ...older } = reportWith({});
  expect(compareReports(one, older as Report).dialect).toEqual([]);
});

test("a choice that one of two runs was not asked for is no difference", () => {
  const whole = reportWith({}, { dialect: { "A-VAL-1": "422", "A-LIST-3": "oldest" } });
  const some = { ...whole, dialect: {}, rules: whole.rules.filter(({ id }) => id === "A-LIST-3") };
  expect(compareReports(whole, some).dialect).toEqual([
    { id: "A-LIST-3", before: "oldest", after: undefined, isWorse: false },
  ]);
});

test("every form of a report shows what has changed", () => {
  const report = reportWith({ "PAUSE-4": "fail" });
  const comparison = compareReports(before, report);
  const text = textReport(report, { comparison });
  expect(text).toMatch(/^Compared with https:\/\/staging\.example, 2026-08-01, seed 7\n {2}PAUSE-4 +pass -> fail$/m);
  expect(markdownReport(report, { comparison })).toContain("| PAUSE-4 | pass | **fail** |");
  expect(htmlReport(report, { comparison })).toMatch(
    /Compared with https:.*\n.*\n<tbody><tr><td>PAUSE-4<\/td><td>pass</,
  );
  expect(textReport(report, { comparison: compareReports(report, report) })).toContain("no difference");
});

test("what a report from elsewhere holds neither steers a terminal nor becomes a page", () => {
  const bad = "\u001b[2J<script>|`";
  const comparison = compareReports(
    reportWith({}, { target: bad, dialect: { "A-VAL-1": bad } }),
    reportWith({}, { dialect: {} }),
  );
  const forms = [textReport, markdownReport, htmlReport].map((form) => form(reportWith({}), { comparison }));
  for (const form of forms) expect(form).not.toContain("\u001b");
  expect(forms[2]).not.toContain("<script>|");
});

test.each([
  ["no JSON", "{", /^not JSON/],
  ["something else", '{"rules": {}}', /must be a report\.json/],
  [
    "rules of another kind",
    '{"target": "x", "rules": [{"id": "PAUSE-4", "verdict": "toString"}]}',
    /must be a report\.json/,
  ],
])("a file that holds %s is no report", (_, text, says) => {
  expect(() => readReport(text)).toThrow(says);
});
