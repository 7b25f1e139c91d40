import type { WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import type { Judgement } from "../judge/judge.ts";
import { assumedRules, choicesFor } from "./choice-rules.ts";
import { deviationFrom, type ExpectedDialect, type ExpectLevel, readExpectedDialect } from "./expected-dialect.ts";
import { notObservedReason } from "./not-observed-reasons.ts";
import { choiceName, type ObservedRule } from "./observation.ts";
import type { ObservedDialect } from "./observe-dialect.ts";

/** A dialect that a server should have, and the level of deviations from it. */
export interface Expectation {
  readonly dialect: ExpectedDialect;
  readonly level: ExpectLevel;
}

/**
 * Reads the expectation from the options of a run.
 * @throws DialectError that says what is wrong with the dialect, and where
 */
export function expectationOf(
  document: WidgetsDocument,
  { expect, expectLevel = "warn" }: { readonly expect?: unknown; readonly expectLevel?: ExpectLevel },
): Expectation | undefined {
  return expect === undefined ? undefined : { dialect: readExpectedDialect(document, expect), level: expectLevel };
}

/** Judges the assumed rules: a deviation from an assumption is a note, one from the expectation has its level. */
export function assumedJudgements(
  document: WidgetsDocument,
  { rules }: ObservedDialect,
  expectation: Expectation | undefined,
): Judgement[] {
  return assumedRules(document).map((rule): Judgement => {
    const observed = rules.get(rule);
    if (!observed) {
      return { rule, verdict: "not-observed", observations: 0, findings: [], reason: notObservedReason(rule) };
    }
    const unexpected = expectation && deviationFrom(expectation.dialect, rule, observed);
    const message = unexpected ?? deviationFromAssumption(document, rule, observed);
    const level = unexpected !== undefined && expectation ? expectation.level : "note";
    const { times, calls } = observed;
    if (message === undefined) return { rule, verdict: "pass", observations: times, findings: [] };
    return { rule, verdict: level, observations: times, findings: [{ rule, level, message, calls }] };
  });
}

function deviationFromAssumption(
  document: WidgetsDocument,
  rule: RuleId,
  { choice, unsupported }: ObservedRule,
): string | undefined {
  const assumed = choicesFor(document, rule)[0]?.choice;
  const isOther = choice !== undefined && choice !== assumed;
  const texts = [
    ...(isOther ? [`observed "${choiceName(choice)}", assumed "${assumed}"`] : []),
    ...(unsupported === undefined ? [] : [unsupported]),
  ];
  return texts.length > 0 ? texts.join("; ") : undefined;
}
