import type { RuleId } from "../../spec/generated/rules.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import { defined } from "../defined.ts";
import type { Verdict } from "../judge/judge.ts";
import { coverageOf } from "./coverage.ts";
import type { Report } from "./report.ts";

/** A report with the verdicts given, and a pass for every other rule. */
export function reportWith(verdicts: { readonly [rule in RuleId]?: Verdict }, more: Partial<Report> = {}): Report {
  return {
    version: 1,
    seed: 1,
    exitCode: 0,
    target: "http://mock.test",
    startedAt: "2026-08-01T12:00:00.000Z",
    stats: { requests: 10, widgets: 2, crawls: 2, durationMs: 1000, coverage: coverageOf(undefined), passes: [] },
    leftovers: [],
    rules: Object.entries(publishedDocument["x-rules"]).map(([id, { says, basis, source, level }]) => ({
      ...{ id: id as RuleId, text: says, basis, ...defined({ source }), level, observations: 1, findings: [] },
      verdict: verdicts[id as RuleId] ?? "pass",
    })),
    dialect: {},
    ...more,
  };
}
