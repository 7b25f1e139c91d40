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

/** What assumed rules are judged by, besides what was observed. */
interface Circumstances {
  readonly expectation?: Expectation | undefined;
  /** Why the run ended before it was complete. */
  readonly stoppedEarly?: string | undefined;
}

/** Judges the assumed rules: a deviation from an assumption is a note, one from the expectation has its level. */
export function assumedJudgements(
  document: WidgetsDocument,
  rules: ObservedRules,
  { expectation, stoppedEarly }: Circumstances,
): Judgement[] {
  return assumedRules(document).map((rule): Judgement => {
    const observed = rules.get(rule);
    if (!observed) {
      const reason = notObservedReason(rule, stoppedEarly);
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

/** A run that ended early shows little of the server: what it did not see may come of that alone. */
function notObservedReason(rule: RuleId, stoppedEarly: string | undefined): string {
  const reasonIn = (table: ReasonTable) => Object.keys(table).find((reason) => table[reason]?.includes(rule));
  const stopped = stoppedEarly === undefined ? undefined : `the run stopped before: ${stoppedEarly}`;
  return reasonIn(neverObserved) ?? stopped ?? reasonIn(notObserved) ?? unexplained;
}

interface ReasonTable {
  readonly [reason: string]: readonly RuleId[];
}

/** Why no run observes rules. */
const neverObserved: ReasonTable = {
  "the run sends nothing but JSON": ["A-VAL-2"],
  "the run sends only a name and a site with a create": ["A-CREATE-2"],
  "the run sends only documented voices": ["A-ENUM-3"],
  "no adapter reads a running conversation": ["A-PATCH-7", "A-PAUSE-4"],
  "no recrawl can be made to fail": ["A-RECRAWL-5"],
  "the run cannot tell when reads show what a webhook announces": ["A-EVENT-4"],
  "whoever runs the tests subscribes": ["A-EVENT-5"],
  "the run tries no page with another spelling of a host": ["A-VIS-5"],
  "the run opens no page": ["A-EMBED-1", "A-EMBED-2", "A-EMBED-3", "A-EMBED-4", "A-EMBED-5", "A-EMBED-6"],
  "the run reads only once reads must show what was written": ["A-TIME-1"],
  "no documented member shows the end of a recrawl": ["A-TIME-2"],
  "the run sends nothing that is wrong in two ways": ["A-ORDER-1"],
};

/** Why a complete run did not observe rules: these depend on the server, or on how it went. */
const notObserved: ReasonTable = {
  "a site that cannot exist was accepted, like any other": ["A-VAL-4"],
  "no create had the name of an earlier one": ["A-CREATE-4"],
  "no crawl is known to have failed": ["A-FAIL-1", "A-RECRAWL-4"],
  "no recrawl is known to have come during a crawl": ["A-RECRAWL-2"],
  "no pause is known to have come while a widget was a draft": ["A-PAUSE-3"],
  "no webhook came": ["A-EVENT-1"],
  "too few webhooks came, or they had no webhook-id": ["A-EVENT-2"],
  "no webhook came, or none had a webhook-id, or the run did not wait long enough for a recrawl": ["A-EVENT-3"],
  "the server has no such operations for visitors": ["A-VIS-1", "A-VIS-2", "A-VIS-3", "A-VIS-4", "A-VIS-6"],
  "no request was rejected for its rate": ["A-RATE-1"],
  "there was no outage": ["A-OUT-1"],
};
const unexplained = "nothing in the run shows it; --effort normal tries more than quick, and more widgets show more";
