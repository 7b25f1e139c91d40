import { expect, test } from "vitest";
import { fileOfVariant, hint, readGolden } from "./golden/golden.test-helper.ts";
import { missingFrom } from "./golden/stale.test-helper.ts";
import { alarmsOn } from "./subjects/target.test-helper.ts";
import { variants } from "./subjects/variants.test-helper.ts";

/** Their answers go by the order of all calls, which is chance: no two of their histories are the same. */
const inNoOrder = [
  ...["too-many-requests-now-and-then", "unavailable-now-and-then", "unavailable-after-the-effect", "rate-is-limited"],
  ...["broken-now-and-then", "connections-get-lost", "recrawl-makes-texts-anew", "recrawl-makes-all-texts-anew"],
  ...["load-balancer-fails-now-and-then", "organization-is-busy"],
  ...["organization-is-busy-and-lists-by-offset", "deploy-takes-four-seconds"],
];

/** Recorded when the plan had no random steps: what contradicts itself takes too long to be recorded anew. */
const ofAnEarlierPlan = ["names-are-unique-always"];

test.each(variants)("$says ($id) is honest, and spared", async (variant) => {
  const { alarms, history } = await alarmsOn(variant);
  expect(alarms).toEqual([]);
  const golden = readGolden(fileOfVariant(variant)).history;
  if (![...inNoOrder, ...ofAnEarlierPlan].includes(variant.id)) expect(missingFrom(history, golden), hint).toEqual([]);
});
