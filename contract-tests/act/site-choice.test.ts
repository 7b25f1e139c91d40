import { expect, test } from "vitest";
import { healthy } from "../subjects/build.test-helper.ts";
import { bodyOf, callOf } from "../subjects/call.test-helper.ts";
import { run } from "../verify.ts";

const preflight = { exchanges: [], notes: [] };

/** A mock, with the sites of the creates that it gets. */
function spied(options: Parameters<typeof healthy>[0]) {
  const subject = healthy({ clock: "manual", crawl: "2s", ...options });
  const sites: string[] = [];
  const target = {
    baseUrl: "http://mock.test",
    credential: { authorization: "Bearer sk_test_own" },
    fetch: async (request: Request) => {
      const call = await callOf(request.clone());
      if (call.operation === "createWidget") sites.push(String(bodyOf(call)["site_url"]));
      return subject.fetch(request);
    },
    advance: (milliseconds: number) => subject.advance(milliseconds),
  };
  return { subject, sites, target };
}

test("every site that is given is used", async () => {
  const { subject, sites, target } = spied({});
  const given = ["https://one.test", "https://{n}.two.test"];
  await run(target, { nonce: "n1", effort: "quick", preflight, sites: given });
  subject.close();
  const hosts = new Set(sites.map((site) => new URL(site).hostname.split(".").slice(-2).join(".")));
  expect([...hosts].filter((host) => host.endsWith(".test")).sort()).toEqual(["one.test", "two.test"]);
});

test("no more widgets are made for a site when all widgets for it have said that their crawl failed", async () => {
  const { subject, sites, target } = spied({});
  let made = 0;
  const fetch = async (request: Request) => {
    const response = await target.fetch(request);
    const text = await response.clone().text();
    if (request.method === "GET" && text.includes('"status":"failed"') && made === 0) made = sites.length;
    return response;
  };
  const { report } = await run({ ...target, fetch }, { nonce: "n1", preflight, sites: ["https://shop.fail.test"] });
  subject.close();
  expect(made).toBeGreaterThan(0);
  expect(sites.slice(made).filter((site) => site.includes("shop"))).toEqual([]);
  expect(report.rules.find(({ id }) => id === "LIFE-1")?.verdict).not.toBe("fail");
});

test("where no site was ever crawled, and nothing says so, LIFE-1 names both causes", async () => {
  const { subject, target } = spied({ crawl: "2000s", dialect: { "A-EXT-1": "omit" } });
  const { report } = await run(target, {
    ...{ nonce: "n1", effort: "quick", preflight, crawlTimeoutMs: 30_000 },
    sites: ["https://{n}.shop.test"],
  });
  subject.close();
  const rule = report.rules.find(({ id }) => id === "LIFE-1");
  expect(rule?.findings[0]?.message).toContain("the server cannot crawl the sites of --site, or");
});
