import type { RuleId } from "../../spec/generated/rules.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import type { Verdict } from "../judge/judge.ts";
import type { Report } from "./report.ts";

/** A report in which every rule passes, but for some. */
export function reportWith(verdicts: { readonly [rule in RuleId]?: Verdict }, more: Partial<Report> = {}): Report {
  return {
    seed: 1,
    exit: 0,
    target: "http://mock.test",
    began: "2026-08-01T12:00:00.000Z",
    stats: { calls: 10, widgets: 2, crawls: 2, wallMs: 1000, passes: [] },
    left: [],
    rules: Object.entries(publishedDocument["x-rules"])
      .filter(([, { basis }]) => basis !== "assumed")
      .map(([id, { says, basis, level }]) => ({
        ...{ id: id as RuleId, says, basis, level, observed: 1, findings: [] },
        verdict: verdicts[id as RuleId] ?? "pass",
      })),
    dialect: {},
    ...more,
  };
}
