import { expect, test } from "vitest";
import { mutants } from "../subjects/mutants.test-helper.ts";
import { reportOn, startTime } from "../subjects/target.test-helper.ts";

test("what only follows from a breach is told neither as broken nor as kept", async () => {
  const mutant = mutants.find(({ id }) => id === "paused-is-not-deleted");
  if (!mutant) throw new Error("There is no such mutant.");
  const { rules } = await reportOn(mutant.build(startTime), { effort: "quick" });
  const told = (id: string) => rules.find((rule) => rule.id === id);
  expect(told("DELETE-1")).toMatchObject({ verdict: "fail" });
  expect(told("DELETE-2")).toMatchObject({
    verdict: "not-observed",
    reason: "what was seen of it follows from another rule that is broken",
  });
});
