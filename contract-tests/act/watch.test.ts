import { expect, test } from "vitest";
import { healthy } from "../subjects/build.test-helper.ts";
import { run } from "../verify.ts";

test("a service that says that no site could be crawled is not waited for as long as crawls may take", async () => {
  const subject = healthy({ clock: "manual", crawl: "2s", dialect: { "A-FAIL-1": "failed" } });
  const target = {
    baseUrl: "http://mock.test",
    credential: { authorization: "Bearer sk_test_own" },
    fetch: async (request: Request) => {
      // Nothing under .example can be crawled here.
      const text = (await request.text()).replaceAll(/https:\/\/([a-z0-9-]+)\.example/g, "https://$1.fail.test");
      const { method, url, headers } = request;
      return subject.fetch(new Request(url, { method, headers, ...(text === "" ? {} : { body: text }) }));
    },
    advance: (milliseconds: number) => subject.advance(milliseconds),
  };
  const { report, record } = await run(target, { nonce: "n1", effort: "quick" });
  subject.close();
  const { waits } = record.passes[0]?.history ?? { waits: [] };
  expect(new Set(waits.map(({ ended }) => ended))).toEqual(new Set(["gave-up"]));
  expect(Math.max(...waits.map(({ to }) => to))).toBeLessThan(100_000);
  expect(report.rules.find(({ id }) => id === "LIFE-1")).toMatchObject({
    verdict: "not-observed",
    option: "--site <url>",
  });
});
