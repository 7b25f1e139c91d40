import { expect, test } from "vitest";
import { createMock, type MockOptions } from "../mock/index.ts";
import type { Target } from "./target.ts";
import { verify } from "./verify.ts";

function targetOf(options: MockOptions = {}): Target {
  const mock = createMock({ clock: "manual", crawl: "30s-60s", ...options });
  return {
    baseUrl: "http://mock.test",
    credential: { authorization: "Bearer sk_test_own" },
    secondCredential: { authorization: "Bearer sk_test_second" },
    fetch: mock.fetch,
    advance: (ms) => void mock.clock.advance(ms),
  };
}

test.each([
  "default",
  "documented-only",
  "hostile",
])("the mock in the dialect %s keeps every promise", async (dialect) => {
  const { report, record } = await verify(targetOf({ dialect }), { nonce: "n1" });
  const bad = report.rules.filter(({ verdict }) => verdict === "fail" || verdict === "warn");
  expect(bad.map(({ rule, findings }) => [rule, findings[0]?.says, findings.length])).toEqual([]);
  expect(record.passes[0]?.history.next?.verified).toBe(true);
});
