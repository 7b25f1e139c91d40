import { expect, test } from "vitest";
import { createMock } from "../mock/index.ts";
import { mockAdapter } from "./mock-adapter.ts";
import type { Target } from "./target.ts";
import { run } from "./verify.ts";

async function targetOf(): Promise<Target> {
  const mock = createMock({ clock: "manual", crawl: "30s-60s" });
  const target = {
    baseUrl: "http://mock.test",
    credential: { authorization: "Bearer sk_test_own" },
    secondCredential: { authorization: "Bearer sk_test_second" },
    fetch: mock.fetch,
    advance: (milliseconds: number) => void mock.clock.advance({ seconds: milliseconds / 1000 }),
  };
  const adapter = await mockAdapter(target);
  return adapter ? { ...target, adapter } : target;
}

/** What nobody can judge. */
const unseen = ["RECRAWL-6", "AVAIL-1"];

// The other dialects, and other seeds: dialects.verify.ts.
test("the mock keeps every promise", async () => {
  const { report, record } = await run(await targetOf(), { nonce: "n1" });
  const bad = report.rules.filter(({ verdict }) => verdict === "fail" || verdict === "warn");
  expect(bad.map(({ id, findings }) => [id, findings[0]?.message, findings.length])).toEqual([]);
  expect(report.rules.filter(({ verdict }) => verdict === "not-observed").map(({ id }) => id)).toEqual(
    expect.arrayContaining(unseen),
  );
  expect(record.passes[0]?.history.next?.verified).toBe(true);
});
