import { expect, test } from "vitest";
import { DialectError } from "../../spec/dialect.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import { departure, expectedFrom } from "./expected.ts";
import type { Observed } from "./sight.ts";

function seen(choice: Observed["choice"], unsupported?: string): Observed {
  return { choice, unsupported, times: 1, calls: [7] };
}

test.each([
  [{ "A-PAUSE-2": "refuse" }, seen("accept"), 'It is "accept", where "refuse" is expected.'],
  [{ "A-PAUSE-2": "refuse" }, seen("refuse"), undefined],
  [{ "A-PAUSE-2": "refuse" }, seen(undefined, "now accept, now refuse"), /^Seen is: now accept.*Expected is "refuse"/],
  [{ "A-PAUSE-2": "refuse", unsupported: {} }, seen("refuse", "pauseWidget is answered 400"), /Nothing of the kind/],
  [{ "A-PAUSE-2": "refuse" }, seen("refuse", "pauseWidget is answered 400"), undefined],
  [{ unsupported: { "A-PAUSE-2": "one; two" } }, seen(undefined, "two; three"), undefined],
  [{ unsupported: { "A-PAUSE-2": "one; two" } }, seen(undefined, "three"), /^Seen is: three\. Expected is: one; two\./],
  [{ unsupported: { "A-PAUSE-2": "one" } }, seen("accept"), /as assumed.*Expected is: one/],
  [{}, seen("refuse"), undefined],
  ["hostile", seen("accept"), 'It is "accept", where "refuse" is expected.'],
  ["default", seen("refuse"), 'It is "refuse", where "accept" is expected.'],
])("of the expected %j, %j is told as %s", (wanted, observed, says) => {
  const told = departure(expectedFrom(publishedDocument, wanted), "A-PAUSE-2", observed);
  if (says instanceof RegExp) expect(told).toMatch(says);
  else expect(told).toBe(says);
});

test("a word that is given with a choice is part of it", () => {
  const expected = expectedFrom(publishedDocument, { "A-ENUM-1": { choice: "spelled", value: "halted" } });
  expect(departure(expected, "A-ENUM-1", seen({ choice: "spelled", value: "halted" }))).toBe(undefined);
  expect(departure(expected, "A-ENUM-1", seen({ choice: "spelled", value: "off" }))).toMatch(
    /"spelled off".*"spelled halted"/,
  );
});

test.each([
  ["hostil", 'unknown dialect "hostil", did you mean "hostile"?'],
  [{ "A-PAUSE-2": "acept" }, 'A-PAUSE-2: unknown choice "acept", did you mean "accept"?'],
  [{ "A-PAUSE-22": "accept" }, 'unknown rule "A-PAUSE-22", did you mean "A-PAUSE-2"?'],
  [{ unsupported: ["A-LIST-1"] }, "unsupported is an object"],
  [{ unsupported: { "A-LIST-1": 1 } }, "unsupported is an object"],
  [["A-PAUSE-2"], "a dialect must be a name, or a JSON object"],
])("the expected dialect %j is refused with what would be right", (wanted, says) => {
  expect(() => expectedFrom(publishedDocument, wanted)).toThrow(DialectError);
  expect(() => expectedFrom(publishedDocument, wanted)).toThrow(says);
});
