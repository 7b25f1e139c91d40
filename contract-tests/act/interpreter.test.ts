import { expect, test } from "vitest";
import type { Exchange } from "../history/exchange.ts";
import type { PlanStep } from "../plan/step.ts";
import { healthy } from "../subjects/build.test-helper.ts";
import { recordOf } from "../subjects/target.test-helper.ts";

/** Whether a step does calls of an operation. */
function does(step: PlanStep | undefined, { operation }: Exchange): boolean {
  switch (step?.kind) {
    case "call":
      // What is written is read; what another caller creates is deleted.
      return step.caller !== undefined && step.operation === "createWidget"
        ? ["createWidget", "getWidget", "deleteWidget"].includes(operation)
        : [step.operation, step.race?.operation, "getWidget"].includes(operation);
    case "walk":
      return operation === "listWidgets" || operation === "deleteWidget" || operation === "getWidget";
    case "wait":
      // What was rejected since a recrawl is tried again.
      return step.until === "accepted" || (step.until === "active" && operation === "getWidget");
    case "clean":
      return operation === "deleteWidget" || operation === "getWidget";
    case "window":
      return operation === "getWidget";
    default:
      return false;
  }
}

test("what a run does is what its plan says: every call belongs to a step, and every call of the plan is made", async () => {
  const { record } = await recordOf(healthy({ clock: "manual", crawl: "30s-60s" }), { seed: 3 });
  const [pass] = record.passes;
  if (!pass) throw new Error("There is no pass.");
  const { plan, history } = pass;
  const stepOf = ({ origin }: Exchange) =>
    plan.scripts.find(({ id, lane }) => id === origin?.script && lane === origin.lane)?.steps[origin?.step ?? -1];
  const own = history.exchanges.filter(({ origin }) => origin === undefined);
  expect(new Set(own.map(({ operation }) => operation))).toEqual(new Set(["getWidget", "listWidgets"]));
  const planned = history.exchanges.filter(({ origin }) => origin !== undefined);
  expect(planned.filter((exchange) => !does(stepOf(exchange), exchange))).toEqual([]);
  const done = new Set([...planned, ...history.observations].map(({ origin }) => `${origin?.script} ${origin?.step}`));
  const leftOut = plan.scripts.flatMap(({ id, steps, insteadOf }) =>
    steps.flatMap((step, index) => {
      // The largest pages are those that other steps ask for.
      const isSpared = insteadOf !== undefined || (step.kind === "walk" && step.limit === "largest");
      const isDone = isSpared || done.has(`${id} ${index}`);
      return ["call", "walk", "observe", "change-site"].includes(step.kind) && !isDone ? [`${id} ${index}`] : [];
    }),
  );
  expect(leftOut).toEqual([]);
});
