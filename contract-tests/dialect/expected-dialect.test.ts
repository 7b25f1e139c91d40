import { expect, test } from "vitest";
import { DialectError } from "../../spec/dialect.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import { deviationFrom, readExpectedDialect } from "./expected-dialect.ts";
import type { ObservedRule } from "./observation.ts";

function observedRule(choice: ObservedRule["choice"], unsupported?: string): ObservedRule {
  return { choice, unsupported, times: 1, calls: [7] };
}

test.each([
  [{ "A-PAUSE-2": "refuse" }, observedRule("accept"), 'observed "accept", expected "refuse"'],
  [{ "A-PAUSE-2": "refuse" }, observedRule("refuse"), undefined],
  [
    { "A-PAUSE-2": "refuse" },
    observedRule(undefined, "sometimes accept, sometimes refuse"),
    /^sometimes accept.*; expected "refuse"$/,
  ],
  [
    { "A-PAUSE-2": "refuse", unsupported: {} },
    observedRule("refuse", "pauseWidget returns 400"),
    /^pauseWidget returns 400; expected no deviation$/,
  ],
  [{ "A-PAUSE-2": "refuse" }, observedRule("refuse", "pauseWidget returns 400"), undefined],
  [{ unsupported: { "A-PAUSE-2": "one; two" } }, observedRule(undefined, "two; three"), undefined],
  [{ unsupported: { "A-PAUSE-2": "one; two" } }, observedRule(undefined, "three"), /^three; expected "one; two"$/],
  [{ unsupported: { "A-PAUSE-2": "one" } }, observedRule("accept"), /^as assumed; expected "one"$/],
  [{}, observedRule("refuse"), undefined],
  ["hostile", observedRule("accept"), 'observed "accept", expected "refuse"'],
  ["default", observedRule("refuse"), 'observed "refuse", expected "accept"'],
])("expected %j, observed %j: %s", (wanted, observed, says) => {
  const text = deviationFrom(readExpectedDialect(publishedDocument, wanted), "A-PAUSE-2", observed);
  if (says instanceof RegExp) expect(text).toMatch(says);
  else expect(text).toBe(says);
});

test("the value of a choice is part of it", () => {
  const expected = readExpectedDialect(publishedDocument, { "A-ENUM-1": { choice: "spelled", value: "halted" } });
  expect(deviationFrom(expected, "A-ENUM-1", observedRule({ choice: "spelled", value: "halted" }))).toBe(undefined);
  expect(deviationFrom(expected, "A-ENUM-1", observedRule({ choice: "spelled", value: "off" }))).toMatch(
    /"spelled off".*"spelled halted"/,
  );
});

test.each([
  ["hostil", 'unknown dialect "hostil", did you mean "hostile"?'],
  [{ "A-PAUSE-2": "acept" }, 'A-PAUSE-2: unknown choice "acept", did you mean "accept"?'],
  [{ "A-PAUSE-22": "accept" }, 'unknown rule "A-PAUSE-22", did you mean "A-PAUSE-2"?'],
  [{ unsupported: ["A-LIST-1"] }, "unsupported must be an object"],
  [{ unsupported: { "A-LIST-1": 1 } }, "unsupported must be an object"],
  [["A-PAUSE-2"], "a dialect must be a name, or a JSON object"],
])("the expected dialect %j is rejected with what would be right", (wanted, says) => {
  expect(() => readExpectedDialect(publishedDocument, wanted)).toThrow(DialectError);
  expect(() => readExpectedDialect(publishedDocument, wanted)).toThrow(says);
});
