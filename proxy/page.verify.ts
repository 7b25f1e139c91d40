import { afterAll, beforeEach, expect, test } from "vitest";
import { closeBrowser, openPage, violationsOf } from "../console/stage.test-helper.ts";
import { healthy } from "../contract-tests/subjects/build.test-helper.ts";
import { mutants } from "../contract-tests/subjects/mutants.test-helper.ts";
import { startTime } from "../contract-tests/subjects/target.test-helper.ts";
import { reasonToSkip } from "../examples/browser/browser.ts";
import { publishedDocument } from "../spec/published-document.ts";
import { LivePage } from "./page.ts";
import { openProxy } from "./proxy-server.ts";
import { serveSubject, untilTestEnds, watchStaging } from "./staging.test-helper.ts";

beforeEach(({ skip }) => skip(reasonToSkip !== undefined, reasonToSkip));
afterAll(closeBrowser);

/** A proxy with its live page, before a server. */
async function startProxy(server: string) {
  const page = new LivePage({ server, version: "1", document: publishedDocument, host: "127.0.0.1" });
  const { watcher, options } = untilTestEnds(await watchStaging(server, { onExchange: (seen) => page.add(seen) }));
  const proxy = await openProxy({
    ...{ target: options.target, observer: watcher, answerTimeoutMs: 5000, port: 0, host: "127.0.0.1" },
    answerOwn: (incoming, outgoing) => page.answer(watcher, incoming, outgoing),
  });
  return untilTestEnds({ url: proxy.url, close: () => proxy.close(0) });
}

const hostile = `<img src=x onerror="window.ran=1"><script>window.ran=1</script>`;

test("the live page shows requests as they come, what the mock would have rejected, and hostile texts as text", async () => {
  const staging = untilTestEnds(await serveSubject(untilTestEnds(healthy(startTime))));
  const { url } = await startProxy(staging.url);
  const page = await openPage(`${url}/_proxy/`, {});
  await page.getByText("No request came yet.").waitFor();
  await page.getByText("Nothing was found.").waitFor();
  const headers = { authorization: "Bearer sk_test_one", "content-type": "application/json" };
  await fetch(`${url}/api/v1/widgets?limit=0`, { headers });
  const body = JSON.stringify({ name: hostile, site_url: "https://bakery.example", [hostile]: 1 });
  await fetch(`${url}/api/v1/widgets`, { method: "POST", headers, body });
  await page.getByRole("cell", { name: "POST /api/v1/widgets" }).waitFor();
  await page.getByRole("cell", { name: "GET /api/v1/widgets?limit=0" }).waitFor();
  // The page's own requests, such as that for its icon, are not the client's.
  await page.getByText("2 requests, 0 widgets created (0 judged), 1 key").waitFor();
  const rejected = page.getByRole("region", { name: "Requests that the mock would have rejected" });
  await rejected.getByRole("cell", { name: "A-LIST-2" }).waitFor();
  await rejected.getByText("<img src=x").waitFor();
  await page.getByRole("region", { name: "The observed dialect" }).waitFor();
  expect(await page.evaluate("[window.ran, document.images.length, document.scripts.length]")).toEqual([
    undefined,
    0,
    1,
  ]);
});

test("the live page shows a violation with its rule, and says when the proxy has gone", async () => {
  const broken = mutants.find(({ id }) => id === "voice-is-an-object");
  const staging = untilTestEnds(await serveSubject(untilTestEnds((broken?.build ?? healthy)(startTime))));
  const { url, close } = await startProxy(staging.url);
  const headers = { authorization: "Bearer sk_test_one", "content-type": "application/json" };
  const body = JSON.stringify({ name: "Bakery", site_url: "https://bakery.example" });
  const created = await fetch(`${url}/api/v1/widgets`, { method: "POST", headers, body });
  await fetch(`${url}/api/v1/widgets/${(await created.json()).id}`, { headers });
  const page = await openPage(`${url}/_proxy/`, {});
  const findings = page.getByRole("region", { name: "Findings" });
  await findings.getByRole("row", { name: /OBJ-7/ }).getByText("fail", { exact: true }).waitFor();
  expect(await violationsOf(page)).toEqual([]);
  await close();
  await page.getByText("The proxy does not answer any more.").waitFor();
});

test.each([
  ["dark", 400],
  ["light", 1200],
] as const)("axe-core finds nothing in the live page, %s, and nothing is wider than %i pixels", async (theme, width) => {
  const staging = untilTestEnds(await serveSubject(untilTestEnds(healthy(startTime))));
  const { url } = await startProxy(staging.url);
  const page = await openPage(`${url}/_proxy/`, { theme, width });
  await page.getByText("No request came yet.").waitFor();
  expect(await violationsOf(page)).toEqual([]);
  for (const query of ["limit=0", "limit=2", `cursor=${"x".repeat(200)}`, "sort=name"]) {
    await fetch(`${url}/api/v1/widgets?${query}`, { headers: { authorization: "Bearer sk_test_one" } });
  }
  await page.getByRole("cell", { name: "GET /api/v1/widgets?sort=name" }).waitFor();
  expect(await violationsOf(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
});
