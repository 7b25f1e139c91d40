import { expect, test } from "vitest";
import { planRun } from "../../contract-tests/plan/plan.ts";
import { mutants } from "../../contract-tests/subjects/mutants.test-helper.ts";
import { reportOn, startTime } from "../../contract-tests/subjects/target.test-helper.ts";
import type { Counterexample, ScriptStep } from "../../spec/generated/steps.ts";
import { publishedDocument } from "../../spec/published-document.ts";
import { clientOf, widgets } from "../api-client.test-helper.ts";
import { checkedMock } from "../checked-mock.test-helper.ts";
import { scenarioOf } from "./scenario-of-counterexample.ts";

/** The counterexample that a run finds in an implementation with one bug, as its file has it. */
async function counterexampleOf(id: string): Promise<Counterexample> {
  const mutant = mutants.find((one) => one.id === id);
  if (!mutant) throw new Error(`There is no mutant ${id}.`);
  const { rules } = await reportOn(mutant.build(startTime), { effort: "quick" });
  const scripts = rules.find((rule) => rule.id === mutant.rule)?.reproduction?.scripts ?? [];
  return JSON.parse(JSON.stringify({ rule: mutant.rule, scripts }));
}

test("a mock starts with what shows a violation elsewhere, and does it right", async () => {
  const found = await counterexampleOf("resume-does-nothing");
  const mock = checkedMock({ scenarios: { found }, scenario: "found", crawl: "manual" });
  const { data } = (await clientOf(mock).get(widgets)).body;
  expect(data).toHaveLength(1);
  expect(data[0]).toMatchObject({ status: "active", last_crawl: { status: "succeeded" } });
  const told = mock.scenarios.list().scenarios.find(({ name }) => name === "found");
  expect(told?.description).toBe("What shows a violation of PAUSE-2.");
  const calls = scenarioOf(found).steps.flatMap((step) => (step.kind === "call" ? [step.operation] : []));
  expect(calls).toEqual(expect.arrayContaining(["createWidget", "pauseWidget", "resumeWidget"]));
});

test.each(
  Object.keys(publishedDocument["x-dialects"]),
)("whatever a run plans can be played in the dialect %s", async (dialect) => {
  const { scripts } = planRun(publishedDocument, { effort: "thorough", seed: 1, maxWidgets: 400 });
  const all = checkedMock({ scenarios: { all: { scripts } }, scenario: "all", dialect });
  expect((await clientOf(all).get(`${widgets}?limit=100`)).body.data.length).toBeGreaterThan(20);
});

const script = (id: string, ...steps: ScriptStep[]) => ({ id, lane: "parallel", steps }) as const;
const create = { kind: "call", operation: "createWidget" } as const;
const untilDone = { kind: "wait", until: "done" } as const;

test("scripts take turns, and do with their own widgets what the organization itself did", () => {
  const a = script(
    "A~1",
    { ...create, body: { voice: "Kore" } },
    { kind: "wait", until: "active" },
    untilDone,
    { kind: "call", operation: "deleteWidget", caller: "other" },
    { kind: "call", operation: "updateWidget", body: { name: "B", voice: "Kore" }, asRead: ["voice"] },
    { kind: "clean" },
  );
  const b = script("b", create, untilDone, { kind: "change-site" }, { kind: "window" });
  const done = { ifPossible: true } as const;
  const made = (widget: string, name: string, site: string, more = {}) => ({
    ...{
      kind: "call",
      operation: "createWidget",
      widget,
      body: { name, site_url: `https://${site}.example`, ...more },
    },
    ...done,
  });
  expect(scenarioOf({ scripts: [a, b] }).steps).toEqual([
    made("A~1", "A~1", "a-1", { voice: "Kore" }),
    { kind: "wait", until: "active", widget: "A~1", ...done },
    made("b", "b", "b"),
    { kind: "call", operation: "updateWidget", widget: "A~1", body: { name: "B" }, ...done },
    { kind: "change-site", widget: "b", ...done },
    { kind: "end-crawl", widget: "b", ...done },
  ]);
});
