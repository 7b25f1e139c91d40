import { getResponse } from "msw";
import { setupServer } from "msw/node";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { widgets } from "../api-client.test-helper.ts";
import { createMock } from "../index.ts";
import { handlers } from "./msw.ts";

const server = setupServer();
beforeAll(() => server.listen({ onUnhandledRequest: "error" }));
afterEach(() => server.resetHandlers());
afterAll(() => server.close());

const headers = { authorization: "Bearer sk_test_one", "content-type": "application/json" };
const body = JSON.stringify({ name: "Northwind Catering", site_url: "https://northwindcatering.example" });

test("a mock answers what the client under test sends to any origin", async () => {
  const mock = createMock({ clock: "manual" });
  server.use(...handlers(mock));
  const created = await fetch(`https://api.example.com${widgets}`, { method: "POST", headers, body });
  expect(created.status).toBe(201);
  mock.clock.advance({ seconds: 2 });
  const read = await fetch(`http://localhost:3000${created.headers.get("location")}?x=1`, { headers });
  expect(await read.json()).toMatchObject({ name: "Northwind Catering", status: "active" });
  expect((await fetch("https://api.example.com/openapi.json")).status).toBe(200);
  expect((await fetch("https://api.example.com/_mock/health")).status).toBe(200);
});

test("a mock is made where none is given, the same for all requests", async () => {
  server.use(...handlers());
  await fetch(`https://api.example.com${widgets}`, { method: "POST", headers, body });
  const { data } = await (await fetch(`https://api.example.com${widgets}`, { headers })).json();
  expect(data).toHaveLength(1);
});

describe("with a base URL", () => {
  test("its path is the client's alone", async () => {
    const mock = createMock();
    server.use(...handlers(mock, { baseUrl: "https://api.example.com/widgets-service/" }));
    const url = `https://api.example.com/widgets-service${widgets}`;
    const created = await fetch(url, { method: "POST", headers, body });
    expect(created.status).toBe(201);
    expect(mock.journal.list().requests).toMatchObject([{ operation: "createWidget", path: widgets }]);
    const read = await fetch(new URL(created.headers.get("location") ?? "", url), { headers });
    expect(await read.json()).toMatchObject({ name: "Northwind Catering" });
  });

  test.each(["/openapi.json", "/_mock/openapi.json"])("the document at %s names it as the server", async (path) => {
    const baseUrl = "https://api.example.com/widgets-service";
    server.use(...handlers(createMock(), { baseUrl }));
    expect(await (await fetch(baseUrl + path)).json()).toMatchObject({ servers: [{ url: baseUrl }] });
  });

  test("without a path it says which origin", async () => {
    server.use(...handlers(createMock(), { baseUrl: "https://API.example.com:443" }));
    expect((await fetch(`https://api.example.com${widgets}`, { headers })).status).toBe(200);
  });
});

describe("what is no part of the mock is left to others", () => {
  const request = (url: string) => getResponse([...handlers(createMock(), options(url))], new Request(url));
  const options = (url: string) => (url.includes("based") ? { baseUrl: "https://based.example/a.b" } : {});

  test.each([
    "https://api.example.com/",
    "https://api.example.com/api/v10/widgets",
    "https://api.example.com/shop/api/v1/widgets",
    "https://api.example.com/openapi.json5",
    "https://api.example.com/_mocks",
    "https://elsewhere.example/?next=/api/v1/widgets",
    "https://based.example/api/v1/widgets",
    "https://based.example/aXb/api/v1/widgets",
    "https://based.example/a.b/c/api/v1/widgets",
    "https://not.based.example/a.b/api/v1/widgets",
  ])("%s", async (url) => {
    expect(await request(url)).toBeUndefined();
  });

  test("but not what is", async () => {
    expect((await request("https://based.example/a.b/api/v1/widgets"))?.status).toBe(401);
    expect((await request("https://api.example.com/api/v1"))?.status).toBe(404);
  });
});

test("a connection that a fault breaks is a network error", async () => {
  const mock = createMock();
  server.use(...handlers(mock));
  mock.faults.add({ connection: "reset", calls: 1 });
  await expect(fetch(`https://api.example.com${widgets}`, { headers })).rejects.toThrow(TypeError);
  expect((await fetch(`https://api.example.com${widgets}`, { headers })).status).toBe(200);
});
