import { expect, test } from "vitest";
import { createMock, type MockOptions } from "../mock/index.ts";
import { mockAdapter } from "./mock-adapter.ts";
import type { Target } from "./target.ts";
import { run } from "./verify.ts";

async function targetOf(options: MockOptions = {}): Promise<Target> {
  const mock = createMock({ clock: "manual", crawl: "30s-60s", ...options });
  const target = {
    baseUrl: "http://mock.test",
    credential: { authorization: "Bearer sk_test_own" },
    secondCredential: { authorization: "Bearer sk_test_second" },
    fetch: mock.fetch,
    advance: (milliseconds: number) => void mock.clock.advance(milliseconds),
  };
  const adapter = await mockAdapter(target);
  return adapter ? { ...target, adapter } : target;
}

/** What nobody can judge. */
const unseen = ["RECRAWL-6", "AVAIL-1"];

test.each([
  "default",
  "documented-only",
  "hostile",
])("the mock in the dialect %s keeps every promise", async (dialect) => {
  const { report, record } = await run(await targetOf({ dialect }), { nonce: "n1" });
  const bad = report.rules.filter(({ verdict }) => verdict === "fail" || verdict === "warn");
  expect(bad.map(({ id, findings }) => [id, findings[0]?.says, findings.length])).toEqual([]);
  expect(report.rules.filter(({ verdict }) => verdict === "not-observed").map(({ id }) => id)).toEqual(
    expect.arrayContaining(unseen),
  );
  expect(record.passes[0]?.history.next?.verified).toBe(true);
});
