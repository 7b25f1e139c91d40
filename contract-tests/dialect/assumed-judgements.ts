import type { WidgetsDocument } from "../../spec/document.ts";
import type { RuleId } from "../../spec/generated/rules.ts";
import type { Judgement } from "../judge/judge.ts";
import { assumedRules, choicesFor } from "./choice-rules.ts";
import { deviationFrom, type ExpectedDialect, type ExpectLevel, readExpectedDialect } from "./expected-dialect.ts";
import { choiceName, joinWords, type ObservedRule } from "./observation.ts";
import type { ObservedRules } from "./observe-dialect.ts";

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
  rules: ObservedRules,
  expectation: Expectation | undefined,
): Judgement[] {
  return assumedRules(document).map((rule): Judgement => {
    const observed = rules.get(rule);
    if (!observed) {
      const reason = notObservedReasons[rule] ?? unexplained;
      return { rule, verdict: "not-observed", observations: 0, findings: [], reason };
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
  return joinWords([
    ...(isOther ? [`observed "${choiceName(choice)}", assumed "${assumed}"`] : []),
    ...(unsupported === undefined ? [] : [unsupported]),
  ]);
}

/** Why a rule was not observed, unless the run simply ended before. */
const notObservedReasons: { readonly [rule in RuleId]?: string } = {
  // No run observes these.
  "A-VAL-2": "the run sends nothing but JSON",
  "A-CREATE-2": "the run sends only a name and a site with a create",
  "A-ENUM-3": "the run sends only documented voices",
  "A-PATCH-7": "no adapter reads a running conversation",
  "A-PAUSE-4": "no adapter reads a running conversation",
  "A-RECRAWL-5": "no recrawl can be made to fail",
  "A-EVENT-4": "the run cannot tell when reads show what a webhook announces",
  "A-EVENT-5": "whoever runs the tests subscribes",
  "A-VIS-5": "the run tries no page with another spelling of a host",
  "A-EMBED-1": "the run opens no page",
  "A-EMBED-2": "the run opens no page",
  "A-EMBED-3": "the run opens no page",
  "A-EMBED-4": "the run opens no page",
  "A-EMBED-5": "the run opens no page",
  "A-EMBED-6": "the run opens no page",
  "A-TIME-1": "the run reads only once reads must show what was written",
  "A-TIME-2": "no documented member shows the end of a recrawl",
  "A-ORDER-1": "the run sends nothing that is wrong in two ways",
  // These depend on the server, or on how the run went.
  "A-VAL-4": "a site that cannot exist was accepted, like any other",
  "A-CREATE-4": "no create had the name of an earlier one",
  "A-FAIL-1": "no crawl is known to have failed",
  "A-RECRAWL-4": "no crawl is known to have failed",
  "A-RECRAWL-2": "no recrawl is known to have come during a crawl",
  "A-PAUSE-3": "no pause is known to have come while a widget was a draft",
  "A-EVENT-1": "no webhook came",
  "A-EVENT-2": "too few webhooks came, or they had no webhook-id",
  "A-EVENT-3": "no webhook came, or none had a webhook-id, or the run did not wait long enough for a recrawl",
  "A-VIS-1": "the server has no such operations for visitors",
  "A-VIS-2": "the server has no such operations for visitors",
  "A-VIS-3": "the server has no such operations for visitors",
  "A-VIS-4": "the server has no such operations for visitors",
  "A-VIS-6": "the server has no such operations for visitors",
  "A-RATE-1": "no request was rejected for its rate",
  "A-OUT-1": "there was no outage",
};
const unexplained = "nothing in the run shows it; --effort normal tries more than quick, and more widgets show more";
