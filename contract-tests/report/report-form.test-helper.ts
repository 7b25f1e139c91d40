import { Ajv2020 } from "ajv/dist/2020.js";
import ajvFormats from "ajv-formats";
import { expect } from "vitest";
import schema from "./generated/report.schema.json" with { type: "json" };
import type { Report } from "./report.ts";

const ajv = new Ajv2020({ allErrors: true, strict: true, strictRequired: false });
ajvFormats.default(ajv);

/** The published schema, without the members that later versions may add: what a report has must be described. */
const closed = JSON.parse(JSON.stringify(schema), (_, part) =>
  part?.type === "object" && part.properties ? { additionalProperties: false, ...part } : part,
);
const validate = ajv.compile(closed);

/** Expects that a report is what the published schema of report.json describes, and has no other members. */
export function expectReportForm(report: Report): void {
  validate(JSON.parse(JSON.stringify(report)));
  expect(validate.errors ?? [], "report.json fits report.schema.json").toEqual([]);
}
