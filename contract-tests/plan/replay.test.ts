import { expect, test } from "vitest";
import type { Json } from "../../spec/merge-patch.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import { planRun } from "./plan.ts";
import { expectReplayed } from "./replay.test-helper.ts";
import { replayOf } from "./replay.ts";

test("what one widget shows, by its one script, is found again by its replay", () =>
  expectReplayed("resume-does-nothing", 1, { effort: "quick" }));

const call = (step: object) => ({ scripts: [{ id: "one", lane: "parallel", steps: [{ kind: "call", ...step }] }] });

test.each([
  [null, "must be an object, got null"],
  [{ rule: "PAUSE-1" }, 'the property "scripts" is missing'],
  [{ scripts: [] }, "scripts: must have at least 1 item, got []"],
  [{ scripts: [{ id: "one", lane: "parallel" }] }, 'scripts[0]: the property "steps" is missing'],
  [
    { scripts: [{ id: "one", lane: "parallel", step: [] }] },
    'scripts[0]: unknown property "step", did you mean "steps"?',
  ],
  [
    { scripts: [{ id: "one", lane: "loud", steps: [] }] },
    'scripts[0].lane: unknown value "loud", must be one of quiet',
  ],
  [
    call({ operation: "pauseWidgets" }),
    'scripts[0].steps[0].operation: unknown operation "pauseWidgets", did you mean',
  ],
  [call({ operation: "updateWidget", body: 1 }), "scripts[0].steps[0].body: must be an object"],
  [call({ operation: "getWidget", race: { kind: "call" } }), 'steps[0].race: the property "operation" is missing'],
])("%j is rejected with what would be right", (file, message) => {
  expect(() => replayOf(publishedDocument, file as Json)).toThrow(message);
});

test("every plan can be written down and read again", () => {
  const plan = planRun(publishedDocument, { effort: "thorough", seed: 1, maxWidgets: 400 });
  expect(replayOf(publishedDocument, JSON.parse(JSON.stringify(plan)))).toEqual(plan);
});
