import { Ajv2020 } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";
import { expect, test } from "vitest";
import schema from "./generated/report.schema.json" with { type: "json" };
import { reportWith } from "./report.test-helper.ts";
import { expectReportForm } from "./report-form.test-helper.ts";
import { refusing, tried } from "./run.test-helper.ts";

const ajv = new Ajv2020({ strict: true, strictRequired: false });
ajvFormats.default(ajv);
const isReport = ajv.compile(schema);

test("a run's report is what the published schema describes, with its reproductions and timelines", async () => {
  const { report } = await tried({ between: refusing(/\/resume$/, 409) });
  expect(report.rules.some(({ reproduction }) => reproduction?.timeline)).toBe(true);
  expectReportForm(report);
});

test.each([
  ["a member that a later version has", { later: 1 }, true],
  ["another version", { version: 2 }, false],
  ["an exit code that is none", { exitCode: 3 }, false],
  ["no rules", { rules: undefined }, false],
  ["a time that is none", { startedAt: "yesterday" }, false],
])("the published schema takes a report with %s: %j, %j", (_, more, isValid) => {
  expect(isReport(JSON.parse(JSON.stringify({ ...reportWith({}), ...more })))).toBe(isValid);
});
