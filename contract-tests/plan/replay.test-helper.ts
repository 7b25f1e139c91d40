import { expect } from "vitest";
import { publishedDocument } from "../../spec/published-document.ts";
import type { VerifyOptions } from "../options.ts";
import { mutants } from "../subjects/mutants.test-helper.ts";
import { reportOn, startTime } from "../subjects/target.test-helper.ts";
import { replayOf } from "./replay.ts";

/** What is reported of a mutant can be written down in at most so many scripts, and they show it again. */
export async function expectReplayed(id: string, maxScripts: number, options: VerifyOptions = {}): Promise<void> {
  const mutant = mutants.find((one) => one.id === id);
  if (!mutant) throw new Error(`There is no mutant ${id}.`);
  const { rule } = mutant;
  const { rules } = await reportOn(mutant.build(startTime), options);
  const scripts = rules.find((one) => one.id === rule)?.reproduction?.scripts ?? [];
  expect(scripts.length).toBeLessThanOrEqual(maxScripts);
  const replay = replayOf(publishedDocument, JSON.parse(JSON.stringify({ rule, scripts })));
  const again = await reportOn(mutant.build(startTime), { replay });
  expect(again.rules.find((one) => one.id === rule)?.verdict).toBe("fail");
}
