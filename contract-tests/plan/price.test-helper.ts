import { expect } from "vitest";
import { createMock } from "../../mock/index.ts";
import { mockAdapter } from "../mock-adapter.ts";
import type { VerifyOptions } from "../options.ts";
import type { Target } from "../target.ts";
import { priceFor, run } from "../verify.ts";

/** What a run is given besides a credential. */
export interface Given {
  readonly hasAdapter?: boolean;
  readonly hasSecond?: boolean;
  /** How long crawls take, in seconds (default 60, as long as the documentation says at most). */
  readonly crawlSeconds?: number;
}

async function targetWith({ hasAdapter = true, hasSecond = true, crawlSeconds = 60 }: Given): Promise<Target> {
  const mock = createMock({ clock: "manual", crawl: `${crawlSeconds / 2}s-${crawlSeconds}s` });
  const target = {
    baseUrl: "http://mock.test",
    credential: { authorization: "Bearer sk_test_own" },
    ...(hasSecond ? { secondCredential: { authorization: "Bearer sk_test_second" } } : {}),
    fetch: mock.fetch,
    advance: async (milliseconds: number) => {
      mock.clock.advance({ seconds: milliseconds / 1000 });
      await mock.deliveries.settle();
    },
  };
  const adapter = hasAdapter ? await mockAdapter(target) : undefined;
  return adapter ? { ...target, adapter } : target;
}

/** Fails where the price of a run is further from what it cost than a twentieth; of polls there are as many as crawls take. */
export async function expectPriced(options: VerifyOptions, given: Given = {}): Promise<void> {
  const target = await targetWith(given);
  const price = priceFor(target, options);
  const { report } = await run(target, { nonce: "n1", ...options });
  const { requests, widgets } = report.stats;
  // As long as the documentation says at most, or none worth mentioning.
  const calls = price.calls + ((given.crawlSeconds ?? 60) < 60 ? 0 : price.polls.max);
  expect(Math.abs(calls - requests) / requests).toBeLessThan(0.05);
  // A widget for a probe is made only where another one is rejected; the mock takes a key with more behind it for another one.
  expect(price.widgets - widgets).toBeGreaterThanOrEqual(-1);
  expect(price.widgets - widgets).toBeLessThanOrEqual(1);
}
