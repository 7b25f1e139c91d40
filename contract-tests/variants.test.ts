import { expect, test } from "vitest";
import { lookAt, startTime } from "./subjects/target.test-helper.ts";
import { variants } from "./subjects/variants.test-helper.ts";

test.each(variants)("$says ($id) is honest, and spared", async ({ id, mayWarn, build, authorize }) => {
  // Whoever points the tests at a service whose reads lag says so.
  const options = id.includes("lag") ? { readLagMs: 2000 } : {};
  const found = await lookAt(build(startTime), options, authorize);
  const alarms = found.filter(({ rule, verdict }) => verdict === "fail" || !mayWarn.includes(rule));
  expect(alarms.map(({ rule, findings }) => `${rule}: ${findings[0]?.says}`)).toEqual([]);
});
