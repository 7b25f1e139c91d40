import { expect, test } from "vitest";
import type { Verdict } from "../judge/judge.ts";
import { applyExitPolicy, type ExitPolicy, exitCodeOf } from "./exit-policy.ts";
import { readKnownViolations } from "./known-violations.ts";
import { reportWith } from "./report.test-helper.ts";
import type { RuleReport } from "./report.ts";

const known = { "PAUSE-4": { reason: "being fixed", expires: "2026-09-01" } };
const [before, onTheDay, after] = ["2026-08-01", "2026-09-01", "2026-09-02"];

test.each<[string, { readonly [rule: string]: Verdict }, ExitPolicy, number]>([
  ["everything is kept", {}, {}, 0],
  ["a rule is broken", { "PAUSE-4": "fail" }, {}, 1],
  ["a rule is warned of", { "OBJ-2": "warn" }, {}, 0],
  ["a rule is warned of, and warnings count", { "OBJ-2": "warn" }, { failOn: "warn" }, 1],
  ["a departure from what is assumed is no breach", { "OBJ-2": "note" }, { failOn: "warn" }, 0],
  ["something is not observed", { "PAUSE-4": "not-observed" }, {}, 0],
  ["something is not observed, and that counts", { "PAUSE-4": "not-observed" }, { failOnNotObserved: true }, 1],
  ["something is inconclusive, and that counts", { "PAUSE-4": "inconclusive" }, { failOnNotObserved: true }, 1],
  ["nobody can judge it", { "AVAIL-1": "not-observed", "RECRAWL-6": "not-observed" }, { failOnNotObserved: true }, 0],
  ["the adapter fails", { "PAUSE-4": "error" }, {}, 2],
  ["the adapter fails, and a rule is broken", { "PAUSE-4": "error", "OBJ-1": "fail" }, {}, 1],
  ["a breach is known of", { "PAUSE-4": "fail" }, { known, today: before }, 0],
  ["a breach is known of until today", { "PAUSE-4": "fail" }, { known, today: onTheDay }, 0],
  ["a breach was known of until yesterday", { "PAUSE-4": "fail" }, { known, today: after }, 1],
  ["another breach is known of", { "PAUSE-3": "fail" }, { known, today: before }, 1],
  ["a warning is known of", { "PAUSE-4": "warn" }, { known, today: before, failOn: "warn" }, 0],
])("where %s", (_, verdicts, policy, exit) => {
  expect(exitCodeOf(reportWith(verdicts), policy)).toBe(exit);
});

test("what is only assumed never counts by not being observed, and does where it is expected", () => {
  const report = reportWith({});
  const assumed = { ...report.rules[0], id: "A-LIST-3", basis: "assumed", level: "note" } as RuleReport;
  const withAssumed = (verdict: Verdict) => ({ ...report, rules: [...report.rules, { ...assumed, verdict }] });
  expect(exitCodeOf(withAssumed("not-observed"), { failOnNotObserved: true })).toBe(0);
  expect(exitCodeOf(withAssumed("note"), { failOn: "warn" })).toBe(0);
  expect(exitCodeOf(withAssumed("warn"), { failOn: "warn" })).toBe(1);
  expect(exitCodeOf(withAssumed("fail"))).toBe(1);
  const rules = report.rules.map((rule) => ({ ...rule, verdict: "not-observed" as const }));
  expect(exitCodeOf({ ...report, rules: [...rules, { ...assumed, verdict: "pass" }] })).toBe(2);
});

test("where nothing was judged it is 2, whatever counts", () => {
  const nothing = reportWith({});
  const rules = nothing.rules.map((rule) => ({ ...rule, verdict: "not-observed" as const }));
  expect(exitCodeOf({ ...nothing, rules }, { failOnNotObserved: true })).toBe(2);
});

test("a run that stopped early is no success, but its violations count", () => {
  expect(exitCodeOf(reportWith({}, { stoppedEarly: "time limit of 1 s" }))).toBe(2);
  expect(exitCodeOf(reportWith({ "OBJ-1": "fail" }, { stoppedEarly: "time limit of 1 s" }))).toBe(1);
});

test("what is known is marked, and when that expires it is told", () => {
  const find = (today: string) =>
    applyExitPolicy(reportWith({ "PAUSE-4": "fail" }), { known, today }).rules.find(({ id }) => id === "PAUSE-4")
      ?.knownViolation;
  expect(find(before)).toEqual({ reason: "being fixed", expires: "2026-09-01", isExpired: false });
  expect(find(after)).toMatchObject({ isExpired: true });
});

test.each([
  ["nothing", "", /^not JSON/],
  ["a list", "[]", /JSON object from rule ids/],
  [
    "an unknown rule",
    '{"PAUSE-44": {"reason": "x", "expires": "2026-09-01"}}',
    /unknown rule "PAUSE-44", did you mean "PAUSE-4"\?/,
  ],
  ["no reason", '{"PAUSE-4": {"expires": "2026-09-01"}}', /^PAUSE-4: missing "reason"$/],
  ["an empty reason", '{"PAUSE-4": {"reason": " ", "expires": "2026-09-01"}}', /^PAUSE-4: missing "reason"$/],
  ["no day", '{"PAUSE-4": {"reason": "x"}}', /^PAUSE-4: missing "expires", a date such as "2027-01-15"$/],
  ["a day that there is not", '{"PAUSE-4": {"reason": "x", "expires": "2026-02-30"}}', /got "2026-02-30"/],
  ["another form of day", '{"PAUSE-4": {"reason": "x", "expires": "1 Sep 2026"}}', /such as "2027-01-15"/],
  [
    "a member too many",
    '{"PAUSE-4": {"reason": "x", "expires": "2026-09-01", "until": 1}}',
    /^unknown property of PAUSE-4 "until"/,
  ],
  ["a reason alone", '{"PAUSE-4": "x"}', /^PAUSE-4: missing "reason"$/],
])("a list of known breaches that holds %s is refused", (_, text, says) => {
  expect(() => readKnownViolations(text)).toThrow(RangeError);
  expect(() => readKnownViolations(text)).toThrow(says);
});
