import { expect, test } from "vitest";
import { publishedDocument } from "../spec/published-document.ts";
import { judge } from "./judge/judge.ts";
import { suspicionsOf } from "./reproduce.ts";
import { mutants } from "./subjects/mutants.test-helper.ts";
import { recordOf, startTime } from "./subjects/target.test-helper.ts";

test("what scripts show alone on active widgets is done again rather than what one shows on a draft that happened to be active", async () => {
  const mutant = mutants.find(({ id }) => id === "resume-empties-the-prompts") as (typeof mutants)[number];
  // Crawls end so soon that a pause meant for a draft is accepted.
  const { record } = await recordOf(mutant.build({ ...startTime, crawl: "0s" }), { rules: ["PAUSE-7"] });
  const [first] = record.passes;
  if (!first) throw new Error("nothing was done");
  const [suspicion] = suspicionsOf(
    first,
    judge(publishedDocument, first.history).filter(({ rule }) => rule === "PAUSE-7"),
  );
  const all = [suspicion, ...(suspicion?.others ?? [])].map((one) => one?.script?.id);
  expect(first.plan.scripts.map(({ id }) => id)).toContain("draft-pause");
  expect(all).not.toContain("draft-pause");
  expect(new Set(all).size).toBe(3);
});
