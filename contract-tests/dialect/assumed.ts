import type { WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import type { Judgement } from "../judge/judge.ts";
import { departure, type ExpectedDialect, type ExpectLevel, expectedFrom, sentence } from "./expected.ts";
import type { ObservedDialect } from "./observe.ts";
import { assumedRules } from "./offers.ts";
import { nameOf, type Observed } from "./sight.ts";
import { notAsked, unseen } from "./unseen.ts";

/** A dialect that is expected, and how a departure from it is told. */
export interface Expectation {
  readonly dialect: ExpectedDialect;
  readonly level: ExpectLevel;
}

/**
 * What is expected, of options as a run takes them.
 * @throws DialectError that says what is wrong with the dialect, and where
 */
export function expectationOf(
  document: WidgetsDocument,
  { expect, expectLevel = "warn" }: { readonly expect?: unknown; readonly expectLevel?: ExpectLevel },
): Expectation | undefined {
  return expect === undefined ? undefined : { dialect: expectedFrom(document, expect), level: expectLevel };
}

/**
 * The verdicts on assumed rules: a departure from what we assume is a note, and never fails; one from what the tester
 * expects is what the tester calls it.
 */
export function assumedJudgements(
  document: WidgetsDocument,
  { rules }: ObservedDialect,
  expectation: Expectation | undefined,
): Judgement[] {
  return assumedRules(document).map((rule): Judgement => {
    const seen = rules.get(rule);
    if (!seen) return { rule, verdict: "not-observed", observed: 0, findings: [], reason: unseen[rule] ?? notAsked };
    const wrong = expectation && departure(expectation.dialect, rule, seen);
    const says = wrong ?? departureFrom(document, rule, seen);
    if (says === undefined) return { rule, verdict: "pass", observed: seen.times, findings: [] };
    const level = wrong === undefined || !expectation ? "note" : expectation.level;
    return { rule, verdict: level, observed: seen.times, findings: [{ rule, level, says, calls: seen.calls }] };
  });
}

/** What of a rule is not as we assume, for people; undefined where it is. */
function departureFrom(document: WidgetsDocument, rule: RuleId, { choice, unsupported }: Observed): string | undefined {
  const usual = document["x-rules"][rule].choices?.[0]?.choice;
  const isOther = choice !== undefined && choice !== usual;
  const chosen = isOther ? `It is "${nameOf(choice)}", where "${usual}" is assumed.` : undefined;
  const words = unsupported === undefined ? undefined : sentence(unsupported);
  const all = [chosen, words].filter((text) => text !== undefined);
  return all.length > 0 ? all.join(" ") : undefined;
}
