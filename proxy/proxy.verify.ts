import { describe, expect, onTestFinished, test, vi } from "vitest";
import { mockAdapter } from "../contract-tests/mock-adapter.ts";
import { mutants } from "../contract-tests/subjects/mutants.test-helper.ts";
import { startTime } from "../contract-tests/subjects/target.test-helper.ts";
import { variants } from "../contract-tests/subjects/variants.test-helper.ts";
import type { Target } from "../contract-tests/target.ts";
import { recordOnce } from "../contract-tests/verify.ts";
import { callAtRandom } from "./random-client.test-helper.ts";
import { serveSubject, untilTestEnds, type Watching, watchStaging } from "./staging.test-helper.ts";

/** A proxy before a subject. */
async function watch(build: (typeof variants)[number]["build"], watching: Watching) {
  const subject = untilTestEnds(build(startTime));
  const staging = untilTestEnds(await serveSubject(subject));
  const proxy = untilTestEnds(await watchStaging(staging.url, watching));
  const found = () => {
    proxy.watcher.judge();
    return [...proxy.watcher.findings, ...proxy.watcher.passes().flatMap(({ findings }) => findings)];
  };
  return { subject, staging, proxy, found };
}

describe("an honest server gives no alarm, whatever clients do", () => {
  test.each(variants)("$id", async ({ build, authorize, told, mayWarn }) => {
    // The server has a clock of its own: what passes on it passes here, and however slow the machine is no more.
    let time = 1000;
    vi.spyOn(performance, "now").mockImplementation(() => (time += 0.01));
    onTestFinished(() => void vi.restoreAllMocks());
    for (const isExclusive of [true, false]) {
      const { subject, staging, proxy, found } = await watch(build, { readLagMs: told?.readLagMs ?? 0, isExclusive });
      const beside = isExclusive ? {} : { beside: staging.url };
      for (const seed of [1, 2]) {
        await callAtRandom({
          url: proxy.url,
          subject: {
            ...subject,
            advance: (ms) => {
              time += ms;
              subject.advance(ms);
            },
          },
          seed,
          steps: 60,
          ...(authorize ? { authorize } : {}),
          ...beside,
        });
      }
      const alarms = found().filter(({ doubt, finding }) => !doubt && !mayWarn.includes(finding.rule));
      expect(alarms.map(({ finding }) => `${finding.rule}: ${finding.message}`)).toEqual([]);
    }
  });
});

describe("what a contract run through the proxy breaks is named", () => {
  // What takes a plan, or a value that a service may honestly change, cannot be proved from between.
  const seen = [
    "show-label-is-a-text",
    "prompts-are-objects",
    "resume-begins-anew",
    "deleted-is-archived",
    "resume-brings-back",
  ];
  const some = mutants.filter(({ id }) => seen.includes(id));
  test.each(some)("$rule: $id", async ({ build, rule, alsoBreaks }) => {
    const { subject, proxy, found } = await watch(build, { readLagMs: 0, isExclusive: true, isSeparate: true });
    const credential = { authorization: "Bearer sk_test_own" };
    const adapter = await mockAdapter({ baseUrl: "http://mock.test", credential, fetch: subject.fetch });
    const target: Target = {
      ...{ baseUrl: proxy.url, credential, secondCredential: { authorization: "Bearer sk_test_second" } },
      advance: async (ms) => {
        subject.advance(ms);
        await subject.mock.deliveries.settle();
      },
      ...(adapter ? { adapter } : {}),
    };
    await recordOnce(target, { nonce: "n1" });
    const named = new Set(found().map(({ finding }) => finding.rule));
    expect(
      [...named].some((one) => one === rule || alsoBreaks.includes(one)),
      [...named].join(),
    ).toBe(true);
  });
});
