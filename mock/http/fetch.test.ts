import { expect, test } from "vitest";
import { createMock } from "../index.ts";

const url = "http://mock.test/api/v1/widgets";
const headers = { authorization: "Bearer sk_test_a", "content-type": "application/json" };
const body = JSON.stringify({ name: "x", site_url: "https://a.example" });
const create = { method: "POST", headers, body };

test("it takes what fetch takes", async () => {
  const { fetch } = createMock({ clock: "manual" });
  expect((await fetch(url, create)).status).toBe(201);
  expect((await fetch(new URL(url), { headers })).status).toBe(200);
  expect((await fetch(new Request(url), { headers })).status).toBe(200);
  expect((await fetch(new Request(url, { headers }))).status).toBe(200);
  await expect(fetch("/api/v1/widgets")).rejects.toThrow(TypeError);
});

test("a request that was aborted before does nothing", async () => {
  const mock = createMock({ clock: "manual" });
  const aborted = mock.fetch(url, { ...create, signal: AbortSignal.abort() });
  await expect(aborted).rejects.toMatchObject({ name: "AbortError" });
  expect(await (await mock.fetch(url, { headers })).json()).toMatchObject({ data: [] });
});

test("a request has a body where the browser has no stream of it", async () => {
  const mock = createMock({ clock: "manual" });
  const request = new Request(url, create);
  Object.defineProperty(request, "body", { value: undefined });
  expect((await mock.fetch(request)).status).toBe(201);
});

test("a request that is aborted while its body is read does nothing", async () => {
  const mock = createMock({ clock: "manual" });
  const stop = new AbortController();
  const endless = new ReadableStream({ pull: () => stop.abort() });
  const init = { method: "POST", headers, body: endless, duplex: "half", signal: stop.signal } as RequestInit;
  await expect(mock.fetch(url, init)).rejects.toMatchObject({ name: "AbortError" });
  expect(await (await mock.fetch(url, { headers })).json()).toMatchObject({ data: [] });
});

test.each([
  ["the latency of a fault", "/api/v1/widgets"],
  ["requests to come", "/_mock/requests?wait_for=3"],
])("a caller who gives up waiting for %s gets the reason at once", async (_, path) => {
  const mock = createMock({ clock: "manual" });
  mock.faults.add({ latencyMs: 600_000 });
  const gone = new AbortController();
  const answer = mock.fetch(`http://mock.test${path}`, { headers, signal: gone.signal });
  gone.abort(new Error("the caller's reason"));
  await expect(answer).rejects.toThrow("the caller's reason");
});

test("an event stream ends with the reason of its caller", async () => {
  const { fetch } = createMock({ clock: "manual" });
  const gone = new AbortController();
  const { body: stream } = await fetch("http://mock.test/_mock/events", { headers, signal: gone.signal });
  const reader = stream?.getReader();
  expect(new TextDecoder().decode((await reader?.read())?.value)).toBe(":\n\n");
  gone.abort(new Error("the caller's reason"));
  await expect(reader?.read()).rejects.toThrow("the caller's reason");
});

test("HEAD has the headers of GET and no body", async () => {
  const { fetch } = createMock({ clock: "manual" });
  for (const path of ["/api/v1/widgets", "/_mock/health", "/openapi.json", "/_mock/events"]) {
    const answer = await fetch(`http://mock.test${path}`, { method: "HEAD", headers });
    expect([answer.status, answer.body]).toEqual([200, null]);
    expect(answer.headers.get("content-type")).toMatch(/^(application\/json|text\/event-stream)$/);
  }
});

test("the document names the address that the mock was asked by, and Authorization may come from a page", async () => {
  const { fetch } = createMock();
  const origin = "https://api.example.com";
  const answer = await fetch(`${origin}/openapi.json`, { headers: { origin: "https://page.example" } });
  expect(await answer.json()).toMatchObject({ servers: [{ url: origin }] });
  expect(answer.headers.get("access-control-allow-origin")).toBe("https://page.example");
});
