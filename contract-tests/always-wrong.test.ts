import { expect, test } from "vitest";
import type { RuleId } from "../spec/generated/rules.ts";
import { alwaysWrong, expectNamed, noPreflight, targetThatIsWrong } from "./always-wrong.test-helper.ts";
import { watchedTarget } from "./guest.test-helper.ts";
import type { Target } from "./target.ts";
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

test("an operation that is not there is named under its own rule where other rules are broken by that, too", async () => {
  const { target } = targetThatIsWrong("updateWidget", "404");
  const rules: readonly RuleId[] = ["PATH-1", "UPDATE-1"];
  const { report } = await run(target, { nonce: "n1", effort: "quick", rules, preflight: noPreflight });
  const found = report.rules.filter(({ basis, verdict }) => basis !== "assumed" && /fail|inconclusive/.test(verdict));
  expect(found.map(({ id, verdict }) => `${id} ${verdict}`)).toEqual(["PATH-1 fail", "UPDATE-1 fail"]);
});

/** The rules that a run of a target finds broken, where an answer is waited for so long. */
async function brokenRules(target: Target, answerTimeoutMs: number) {
  const { report } = await run(target, { nonce: "n1", effort: "quick", answerTimeoutMs, preflight: noPreflight });
  const rules = report.rules.filter(({ verdict }) => verdict === "fail" || verdict === "warn").map(({ id }) => id);
  return { rules, report };
}

test("an operation whose answers come when nobody waits for them any more is not broken", async () => {
  const waiting: (() => void)[] = [];
  const { target } = watchedTarget(async (request, answer) => {
    const answered = answer();
    // Each is answered when a later call of the run has been.
    if (request.url.endsWith("/resume")) await new Promise<void>((resolve) => waiting.push(resolve));
    else if (waiting.length > 3) for (const go of waiting.splice(0)) go();
    return answered;
  });
  expect((await brokenRules(target, 150)).rules).toEqual([]);
});

test("a server of which nothing is answered any more is not broken: it is gone", async () => {
  let calls = 0;
  const { target } = watchedTarget((_, answer) => (++calls > 150 ? new Promise(() => undefined) : answer()));
  const { rules, report } = await brokenRules(target, 150);
  expect(rules).toEqual([]);
  expect(report.stoppedEarly).toContain("the server stopped responding");
});

test("creates that are never answered are told to have left nothing where the list shows nothing", async () => {
  const { target } = targetThatIsWrong("createWidget", "no answer");
  const { report } = await run(target, { nonce: "n1", answerTimeoutMs: 150, preflight: noPreflight });
  expect(report.rules.filter(({ verdict }) => verdict === "fail").map(({ id }) => id)).toEqual(["CREATE-1"]);
  expect(report.leftovers).toEqual([]);
});
