import { expect, test } from "vitest";
import { type Exchange, outcomeOf } from "../history/exchange.ts";
import { groupBy } from "../history/group-by.ts";
import { mutants } from "../subjects/mutants.test-helper.ts";
import { historyOf } from "../subjects/target.test-helper.ts";
import { variants } from "../subjects/variants.test-helper.ts";

/** The run's own deletes of each widget, of those that are rejected with 409 at first. */
async function rejectedDeletes(id: string) {
  const subject = [...mutants, ...variants].find((one) => one.id === id);
  if (!subject) throw new Error(`There is no ${id}.`);
  const { exchanges, settings } = await historyOf(subject, { rules: ["DELETE-1", "RECRAWL-1"] });
  // Without those of the cleaner, which belong to no step.
  const own = exchanges.filter(
    ({ operation, caller, origin }) => operation === "deleteWidget" && caller === "own" && origin,
  );
  const ofWidgets: Exchange[][] = [...groupBy(own, ({ widget }) => widget).values()].map((deletes) => [...deletes]);
  return { settings, rejected: ofWidgets.filter(([first]) => first?.response?.status === 409) };
}

test("a delete that is rejected while a recrawl runs is tried again until it is accepted", async () => {
  const { rejected } = await rejectedDeletes("recrawls-lock-the-widget");
  expect(rejected.length).toBeGreaterThan(0);
  for (const deletes of rejected) expect(deletes.some((one) => outcomeOf(one) === "done")).toBe(true);
});

test("one that is rejected for good is tried again for as long as a crawl may take", async () => {
  const { rejected, settings } = await rejectedDeletes("recrawled-delete-is-refused");
  const longest = Math.max(...rejected.map((deletes) => (deletes.at(-1)?.t0 ?? 0) - (deletes[0]?.t1 ?? 0)));
  expect(longest).toBeGreaterThanOrEqual(settings.crawlTimeoutMs - 1000);
});
