import { expect, test } from "vitest";
import { createMock } from "../mock/index.ts";
import { sceneForTest } from "./stage.test-helper.ts";

const html = { Accept: "text/html,application/xhtml+xml" };

test("a browser at / is led to the console, and any other client gets links", async () => {
  const { url, mock } = await sceneForTest();
  const led = await fetch(`${url}/`, { headers: html, redirect: "manual" });
  expect([led.status, led.headers.get("location"), led.headers.get("vary")]).toEqual([
    302,
    "/_mock/console/",
    "Accept",
  ]);
  const links = await fetch(`${url}/`);
  expect(await links.json()).toEqual({
    name: "widgets-mock",
    version: expect.any(String),
    links: {
      widgets: `${url}/api/v1/widgets`,
      openapi: `${url}/openapi.json`,
      health: `${url}/_mock/health`,
      control: `${url}/_mock/openapi.json`,
      console: `${url}/_mock/console/`,
    },
  });
  const head = await fetch(`${url}/`, { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([200, ""]);
  const posted = await fetch(`${url}/`, { method: "POST" });
  expect([posted.status, posted.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  expect(mock.journal.list().requests.map(({ status }) => status)).toEqual([405]);
});

test("the page, its script and its style come with a strict policy, and use up no request id", async () => {
  const { url, mock } = await sceneForTest();
  for (const [name, type] of [
    ["", "text/html; charset=utf-8"],
    ["console.js", "text/javascript; charset=utf-8"],
    ["console.css", "text/css; charset=utf-8"],
  ] as const) {
    const { status, headers } = await fetch(`${url}/_mock/console/${name}`);
    expect([status, headers.get("content-type")]).toEqual([200, type]);
    expect(headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
    expect(headers.get("content-security-policy")).not.toMatch(/unsafe/);
    expect([headers.get("x-content-type-options"), headers.get("referrer-policy")]).toEqual(["nosniff", "no-referrer"]);
  }
  const page = await (await fetch(`${url}/_mock/console/`)).text();
  expect(page).not.toMatch(/<script(?![^>]* src=)|<style| style=| on\w+=/);
  const { requests } = mock.journal.list();
  expect(requests).toEqual([]);
  const first = await fetch(`${url}/_mock/health`);
  expect(first.headers.get("request-id")).toMatch(/_1$/);
});

test("what is not there is a 404, and what cannot be done a 405", async () => {
  const { url } = await sceneForTest();
  expect((await fetch(`${url}/_mock/console/../../package.json`)).status).toBe(404);
  expect((await fetch(`${url}/_mock/console/__proto__`)).status).toBe(404);
  expect((await fetch(`${url}/_mock/console/`, { method: "POST" })).status).toBe(405);
  const bare = await fetch(`${url}/_mock/console`, { redirect: "manual" });
  expect([bare.status, bare.headers.get("location")]).toEqual([308, "/_mock/console/"]);
});

test.each([
  { console: false },
  { control: false },
])("%j: there is no console, and / says nothing of one", async (options) => {
  const { url } = await sceneForTest(options);
  expect((await fetch(`${url}/_mock/console/`)).status).toBe(404);
  const root = await fetch(`${url}/`, { headers: html });
  expect(root.status).toBe(200);
  expect((await root.json()).links).not.toHaveProperty("console");
});

test("a page of another origin may lead to the console, and may not load it or use what it uses", async () => {
  // Node's own fetch sets these headers itself.
  const { mock } = await sceneForTest();
  const asked = async (path: string, headers: Record<string, string>) =>
    (await mock.fetch(`http://localhost${path}`, { headers })).status;
  const visit = { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document" };
  expect(await asked("/_mock/console/", visit)).toBe(200);
  for (const path of ["/_mock/console/", "/_mock/console/console.js", "/_mock/events", "/_mock/widgets"]) {
    expect(await asked(path, { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors" })).toBe(403);
    expect(await asked(path, { Origin: "https://attacker.example" })).toBe(403);
  }
  const framed = { ...visit, "Sec-Fetch-Dest": "iframe" };
  expect(await asked("/_mock/console/", framed)).toBe(403);
});

test("with a control token the page is there for whoever has one to give, and the controls are not", async () => {
  const { url } = await sceneForTest({ controlToken: "let-me-in" });
  expect((await fetch(`${url}/_mock/console/`)).status).toBe(200);
  expect((await fetch(`${url}/_mock/widgets`)).status).toBe(401);
});

test("through a proxy there is a console only with a token", async () => {
  const through = { "X-Forwarded-For": "203.0.113.7" };
  const open = await sceneForTest();
  expect((await fetch(`${open.url}/_mock/console/`, { headers: through })).status).toBe(403);
  const guarded = await sceneForTest({ controlToken: "let-me-in" });
  expect((await fetch(`${guarded.url}/_mock/console/`, { headers: through })).status).toBe(200);
});

test("a mock without a port has links of its own address", async () => {
  const mock = createMock();
  expect((await (await mock.fetch("http://mock.test/")).json()).links.widgets).toBe("http://mock.test/api/v1/widgets");
  mock.close();
});
