import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { healthy } from "../contract-tests/subjects/build.test-helper.ts";
import { startTime } from "../contract-tests/subjects/target.test-helper.ts";
import { publishedDocument } from "../spec/published-document.ts";
import { LivePage } from "./page.ts";
import type { PageState } from "./page-state.ts";
import { serveSubject, untilTestEnds, watchStaging } from "./staging.test-helper.ts";

test("the live page's state has what went through, and only the proxy's own address reads it", async () => {
  const page = new LivePage({
    server: "http://staging.test",
    version: "1",
    document: publishedDocument,
    host: "127.0.0.1",
  });
  const staging = untilTestEnds(await serveSubject(untilTestEnds(healthy(startTime))));
  const proxy = untilTestEnds(await watchStaging(staging.url, { onExchange: (seen) => page.add(seen) }));
  await fetch(`${proxy.url}/api/v1/widgets?limit=0`, { headers: { authorization: "Bearer sk_test_secret_one" } });
  const server = createServer((incoming, outgoing) => void page.answer(proxy.watcher, incoming, outgoing)).listen(0);
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/_proxy/state`;
  const response = await fetch(url);
  const state = (await response.json()) as PageState;
  expect(state).toMatchObject({
    counts: { requests: 1, callers: 1 },
    exchanges: [{ n: 1, method: "GET", path: "/api/v1/widgets?limit=0", status: 400, caller: "key-1" }],
    issues: [{ place: "limit", assumed: ["A-LIST-2"] }],
  });
  expect(JSON.stringify(state)).not.toContain("secret");
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect((await fetch(url, { method: "POST" })).status).toBe(405);
});
