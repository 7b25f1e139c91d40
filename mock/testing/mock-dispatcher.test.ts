import { Readable } from "node:stream";
import * as undici from "undici";
import { afterEach, describe, expect, test } from "vitest";
import { widgets } from "../api-client.test-helper.ts";
import { createMock, type Mock } from "../index.ts";
import { MockDispatcher } from "./mock-dispatcher.ts";

const origin = "https://api.example.com";
const headers = { authorization: "Bearer sk_test_one", "content-type": "application/json" };
const body = JSON.stringify({ name: "Northwind Catering", site_url: "https://northwindcatering.example" });

/** The ways to a dispatcher: of undici's own, and of the older one that Node's `fetch` has in it. */
const senders: Record<string, (url: string, init: RequestInit, dispatcher: undici.Dispatcher) => Promise<Response>> = {
  "undici.fetch": (url, init, dispatcher) => undici.fetch(url, { ...init, dispatcher } as never) as never,
  fetch: (url, init, dispatcher) => fetch(url, { ...init, dispatcher } as never),
  "undici.request": async (url, { signal, method = "GET", ...init }, dispatcher) => {
    const options = { ...init, method, dispatcher, ...(signal ? { signal } : {}) };
    const { statusCode, headers, body } = await undici.request(url, options as never);
    return new Response((await body.text()) || null, {
      status: statusCode,
      headers: headers as Record<string, string>,
    });
  },
};

describe.each(Object.entries(senders))("%s", (_, send) => {
  test("is answered by the mock", async () => {
    const mock = createMock({ clock: "manual" });
    const dispatcher = new MockDispatcher(mock);
    const created = await send(`${origin}${widgets}`, { method: "POST", headers, body }, dispatcher);
    expect(created.status).toBe(201);
    expect(created.headers.get("content-type")).toBe("application/json");
    const { id } = (await created.json()) as { id: string };
    mock.clock.advance({ seconds: 2 });
    const read = await send(`${origin}${widgets}/${id}`, { headers }, dispatcher);
    expect(await read.json()).toMatchObject({ name: "Northwind Catering", status: "active" });
    const list = await send(`${origin}${widgets}?limit=0`, { headers }, dispatcher);
    expect(list.status).toBe(400);
    const deleted = await send(`${origin}${widgets}/${id}`, { method: "DELETE", headers }, dispatcher);
    expect(deleted.status).toBe(204);
  });

  test("sees a broken connection", async () => {
    const mock = createMock();
    mock.faults.add({ connection: "reset" });
    const sent = send(`${origin}${widgets}`, { headers }, new MockDispatcher(mock));
    const error = await sent.catch((thrown: unknown) => thrown as { code?: string; cause?: { code?: string } });
    expect(error).toBeInstanceOf(Error);
    expect((error as { cause: { code: string } }).cause?.code ?? (error as { code: string }).code).toBe("ECONNRESET");
  });

  test("sees a response that breaks off", async () => {
    const mock = createMock();
    mock.faults.add({ connection: "truncate" });
    const read = send(`${origin}${widgets}`, { headers }, new MockDispatcher(mock)).then((response) => response.text());
    await expect(read).rejects.toThrow();
  });

  test("is aborted", async () => {
    const mock = createMock();
    mock.faults.add({ latencyMs: { min: 60_000, max: 60_000 } });
    const abort = new AbortController();
    const sent = send(`${origin}${widgets}`, { headers, signal: abort.signal }, new MockDispatcher(mock));
    setImmediate(() => abort.abort());
    await expect(sent).rejects.toThrow(/abort/i);
  });

  test("goes elsewhere with what the mock does not have", async () => {
    const other = new undici.MockAgent();
    other.disableNetConnect();
    other.get("https://other.example").intercept({ path: "/" }).reply(200, "hello");
    const dispatcher = new MockDispatcher(createMock(), { fallback: other });
    expect(await (await send("https://other.example/", {}, dispatcher)).text()).toBe("hello");
  });
});

test.each<[string, () => undici.Dispatcher.DispatchOptions["body"]]>([
  ["a text", () => body],
  ["bytes", () => Buffer.from(body)],
  ["a stream", () => Readable.from([body.slice(0, 10), body.slice(10)])],
])("a body is %s", async (_, given) => {
  const options = { method: "POST", headers: Object.entries(headers).flat(), body: given() } as const;
  const dispatcher = new MockDispatcher();
  const { statusCode } = await undici.request(`${origin}${widgets}`, { ...options, dispatcher } as never);
  expect(statusCode).toBe(201);
});

test("parameters of a query are given as an object", async () => {
  const query = { limit: 0 };
  const options = { headers, query, dispatcher: new MockDispatcher() };
  expect((await undici.request(`${origin}${widgets}`, options)).statusCode).toBe(400);
});

test("a slow reader gets the whole body", async () => {
  const mock = createMock({ clock: "manual" });
  const { body: read } = await undici.request(`${origin}/openapi.json`, { dispatcher: new MockDispatcher(mock) });
  read.pause();
  await new Promise((resolve) => setImmediate(resolve));
  expect(await read.json()).toMatchObject({ openapi: "3.1.1" });
});

describe("as the global dispatcher", () => {
  const before = undici.getGlobalDispatcher();
  afterEach(() => undici.setGlobalDispatcher(before));

  test("it answers fetch and undici alike, with a base URL whose path is removed", async () => {
    const mock: Mock = createMock();
    undici.setGlobalDispatcher(new MockDispatcher(mock, { baseUrl: `${origin}/service` }));
    const created = await fetch(`${origin}/service${widgets}`, { method: "POST", headers, body });
    expect(created.status).toBe(201);
    const location = new URL(created.headers.get("location") ?? "", origin);
    expect(location.pathname).toMatch(/^\/service\//);
    expect((await undici.request(location, { headers })).statusCode).toBe(200);
    const { body: document } = await undici.request(`${origin}/service/openapi.json`);
    expect(await document.json()).toMatchObject({ servers: [{ url: `${origin}/service` }] });
  });
});

test("closing it ends at once", async () => {
  const dispatcher = new MockDispatcher();
  await dispatcher.close();
  await new Promise<void>((resolve) => dispatcher.destroy(null, resolve));
});
