import { expect, test } from "vitest";
import { alwaysWrong, expectNamed, noPreflight, targetThatIsWrong } from "./always-wrong.test-helper.ts";
import { run } from "./verify.ts";

/** Each operation, and each wrong answer, once or twice; `npm run verify` tries all. */
const sample = alwaysWrong.filter((_, n) => n % 6 === 0);

test.each(sample)("%s that always answers %s is named under its own rule", expectNamed);

test("a delete that never works ends a run early, and says what is left", async () => {
  const { target, names } = targetThatIsWrong("deleteWidget", "500");
  const { report, record } = await run(target, { nonce: "n1", preflight: noPreflight });
  expect(report.stoppedEarly).toContain("widgets cannot be deleted: deleteWidget returned 500");
  expect(report.leftovers.length).toBe((await names()).length);
  expect(report.leftovers.map(({ reason }) => reason)).toContain("500");
  // It goes no further than to the first deletes of active widgets.
  expect(record.passes.map(({ history }) => history.settings.endedMs < 60_000)).toEqual([true]);
  const deletes = record.passes[0]?.history.exchanges.filter((one) => one.operation === "deleteWidget").length ?? 0;
  expect(deletes).toBeLessThan(3 * report.leftovers.length);
});
