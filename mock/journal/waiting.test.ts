import { expect, test } from "vitest";
import { widgets } from "../api-client.test-helper.ts";
import { controlOf } from "../control-plane/control-client.test-helper.ts";
import { fetchOf } from "../http/fetch.ts";
import { createMock } from "../index.ts";

const authorized = { headers: { authorization: "Bearer sk_test_waiting" } };

test("those who wait for the same request are woken one after the other, and others are served between", async () => {
  const mock = createMock({ maxWaiting: 200 });
  const call = async (path: string) => (await mock.fetch(`http://mock.test${path}`, authorized)).json();
  const order: string[] = [];
  const waiting = Array.from({ length: 200 }, async () => {
    const { requests } = await call("/_mock/requests?wait_for=1&timeout_seconds=60");
    order.push("woken");
    return requests;
  });
  await mock.fetch("http://mock.test/_mock/health");
  await call(widgets);
  await new Promise((resolve) => setImmediate(resolve));
  await call("/_mock/health");
  order.push("served");
  const lists = await Promise.all(waiting);
  expect(order.indexOf("served")).toBeLessThan(150);
  for (const requests of lists) expect(requests).toEqual(lists[0]);
  expect(lists[0]).toHaveLength(1);
});

test("a caller that is gone before it waits takes nobody's place", async () => {
  const { core } = createMock({ maxWaiting: 1 });
  const signal = AbortSignal.abort();
  const fetchAsGone = fetchOf({ ...core, answer: (exchange) => core.answer({ ...exchange, signal }) });
  const wait = "http://mock.test/_mock/requests?wait_for=1&timeout_seconds=60";
  for (let times = 0; times < 2; times++) expect((await fetchAsGone(wait)).status).toBe(200);
});

test.each([
  ["GET", "/requests", undefined, 200],
  ["GET", "/requests.har", undefined, 200],
  ["POST", "/requests/verify", { body: { name: "none", persona: "none" } }, 409],
])("%s %s of a long journal lets others be served between", async (method, path, body, status) => {
  const mock = createMock();
  const { call, get } = controlOf(mock);
  const long = JSON.stringify({ name: "a", members: Array.from({ length: 800 }, (_, n) => `${n}`.repeat(5)) });
  for (let n = 0; n < 300; n++) {
    await mock.fetch(`http://mock.test${widgets}`, { ...authorized, method: "POST", body: long });
  }
  const order: unknown[] = [];
  const note = (what: string) => (answer: { readonly status: number }) => void order.push([what, answer.status]);
  await Promise.all([
    call(method, path, body).then(note("journal")),
    call(method, path, body).then(note("journal again")),
    get("/health").then(note("health")),
  ]);
  expect(order).toEqual([
    ["health", 200],
    ["journal", status],
    ["journal again", status],
  ]);
});

test("a list of more than 64 MiB is rejected, and a shorter one is not", async () => {
  const mock = createMock({ journalBodyBytes: 2 ** 20 });
  const { get } = controlOf(mock);
  for (let n = 0; n < 65; n++) {
    await mock.fetch(`http://mock.test${widgets}`, { ...authorized, method: "POST", body: "x".repeat(2 ** 20) });
  }
  for (const path of ["/requests", "/requests.har"]) {
    expect(await get(path)).toMatchObject({ status: 400, body: { errors: [{ pointer: "#/limit" }] } });
    expect((await get(`${path}?limit=2`)).status).toBe(200);
  }
});
