import { expect, test } from "vitest";
import { clientOf, site, widgets } from "../api-client.test-helper.ts";
import { checkedMock } from "../checked-mock.test-helper.ts";
import { controlOf } from "../control-plane/control-client.test-helper.ts";
import { ControlError, createMock, type Mock } from "../index.ts";
import type { ExpectedRequests } from "./failure-text.ts";

const key = "sk_test_one";

/** Verifies in the world of the key: the number of requests that are as expected, or the text of the failure. */
function verify(mock: Mock, expected: ExpectedRequests): number | string {
  try {
    return mock.world(key).journal.verify(expected).count;
  } catch (error) {
    expect(error).toBeInstanceOf(ControlError);
    return (error as ControlError).message;
  }
}

async function filled(): Promise<Mock> {
  const mock = checkedMock();
  const api = clientOf(mock);
  const id = await api.create({ name: "Bakery", domains: ["a.example", "b.example"], theme: { mode: "dark" } });
  await api.create({ name: "Butcher" });
  await api.call("GET", `${widgets}?limit=10&x=a&x=b`, undefined, { accept: "application/json", "x-n": "1" });
  await api.get(`${widgets}/${id}`);
  await api.get(`/api/v1/widget/${id}`);
  return mock;
}

test.each<[ExpectedRequests, number]>([
  [{ operation: "createWidget" }, 2],
  [{ operation: "createWidget", exactly: 2 }, 2],
  [{ operation: "deleteWidget", exactly: 0 }, 0],
  [{ operation: "deleteWidget", at_most: 0 }, 0],
  [{ at_least: 2, at_most: 5 }, 5],
  [{ at_most: 9 }, 5],
  [{}, 5],
  [{ method: "get" }, 3],
  [{ method: "GET", path: "/api/v1/widgets/*" }, 1],
  [{ path: "/api/v1/**", status: 404 }, 1],
  [{ path: "/**" }, 5],
  [{ path: "/api/*/widgets" }, 3],
  [{ path: "/api/v1/widget*" }, 3],
  [{ path: "/*", exactly: 0 }, 0],
  [{ query: { limit: 10 } }, 1],
  [{ query: { limit: "1*" } }, 1],
  [{ query: { x: "b" } }, 1],
  [{ query: { limit: null } }, 4],
  [{ headers: { Accept: "application/json" } }, 1],
  [{ headers: { accept: "*/json", "X-N": 1 } }, 1],
  [{ headers: { authorization: `Bearer ${key}` } }, 5],
  [{ headers: { "x-n": null } }, 4],
  [{ body: { name: "Bakery" } }, 1],
  [{ body: { theme: { mode: "dark" } } }, 1],
  [{ body: { theme: {} } }, 1],
  [{ body: { domains: ["a.example", "b.example"] } }, 1],
  [{ body: { name: "Butcher", site_url: site }, status: 201 }, 1],
  [{ rule: "A-LIST-2", exactly: 0 }, 0],
  [{ rule: "A-ORDER-1" }, 1],
])("%j is verified", async (expected, count) => {
  expect(verify(await filled(), expected)).toBe(count);
});

test.each<ExpectedRequests>([
  { operation: "createWidget", exactly: 1 },
  { operation: "createWidget", exactly: 3 },
  { operation: "createWidget", at_least: 3 },
  { operation: "createWidget", at_most: 1 },
  { body: { name: "bakery" } },
  { body: { domains: ["a.example"] } },
  { body: { domains: ["b.example", "a.example"] } },
  { body: { name: "Bakery", voice: null } },
  { body: ["Bakery"] },
  { body: "Bakery" },
  { body: null },
  { query: { limit: 1 } },
  { query: { x: null, limit: 10 } },
  { path: "/api/v1/widget" },
  { headers: { accept: "text/*" } },
])("%j is not", async (expected) => {
  expect(verify(await filled(), expected)).toMatch(/^Expected .*: .*\nFound \d among 5 requests\./);
});

test("a failure shows the nearest calls and what differs, the smallest distance first", async () => {
  const mock = checkedMock();
  const api = clientOf(mock);
  await api.create({ name: "Butcher", persona: "Grumpy" });
  await api.create({ name: "Bakry", persona: "Friendly" });
  await api.get(widgets);
  await api.create({ name: "Bakery" });
  const text = verify(mock, { operation: "createWidget", body: { name: "Bakery", persona: "Friendly" }, exactly: 2 });
  expect(
    String(text).replaceAll(/req_\w+/g, "req"),
  ).toBe(`Expected exactly 2 calls: createWidget with body {"name":"Bakery","persona":"Friendly"}
Found 0 among 4 requests.

Nearest:
  1. POST /api/v1/widgets -> 201 (req)
     body /name: expected "Bakery", found "Bakry"
  2. POST /api/v1/widgets -> 201 (req)
     body /persona: expected "Friendly", found none
  3. POST /api/v1/widgets -> 201 (req)
     body /name: expected "Bakery", found "Butcher"
     body /persona: expected "Friendly", found "Grumpy"`);
});

test("a call that should not have been made is shown", async () => {
  const mock = checkedMock();
  await clientOf(mock).delete(`${widgets}/wgt_1`);
  expect(verify(mock, { operation: "deleteWidget", exactly: 0 })).toMatch(
    /^Expected no call: deleteWidget\nFound 1 among 1 request\.\n\nMatching:\n {2}DELETE \/api\/v1\/widgets\/wgt_1 -> 404 not_found \(req_\w+\)$/,
  );
});

test("without any request, that is what the failure says", () => {
  expect(verify(checkedMock(), { method: "post", path: "/a", query: { a: null, b: 1 }, headers: { c: "d" } })).toBe(
    "Expected at least 1 call: POST /a without query a, with query b=1, with header c: d\nNo requests are recorded.",
  );
});

test("a wrong path is among the nearest, though no operation has it", async () => {
  const mock = await filled();
  expect(verify(mock, { path: "/api/v1/widget/wgt_*x", method: "GET" })).toMatch(
    /1\. GET \/api\/v1\/widget\/wgt_\w+ -> 404 not_found \(\w+\)\n {5}path: expected/,
  );
});

test("over HTTP a failure is a 409, with its text as detail and what was found as data", async () => {
  const mock = await filled();
  const { status, body } = await controlOf(mock, key).post("/requests/verify", { body: { name: "Bakri" } });
  expect(status).toBe(409);
  expect(body).toMatchObject({
    code: "verification_failed",
    detail: expect.stringMatching(/^Expected at least 1 call/),
    verification: {
      count: 0,
      uncertain: 0,
      forgotten: 0,
      matching: [],
      nearest: [
        { distance: 0.25, differences: [{ where: "body /name", expected: '"Bakri"', found: '"Bakery"' }] },
        {},
        {},
      ],
    },
  });
  const distances = body.verification.nearest.map(({ distance }: { distance: number }) => distance);
  expect(distances).toEqual([...distances].sort((a, b) => a - b));
  const passed = await controlOf(mock, key).post("/requests/verify", { status: 404 });
  expect(passed).toMatchObject({ status: 200, body: { count: 1, requests: [{ status: 404 }] } });
});

test("only the requests of the organization count, or those of all", async () => {
  const mock = await filled();
  await clientOf(mock, "sk_test_two").get(widgets);
  expect(verify(mock, { operation: "listWidgets" })).toBe(1);
  expect(mock.journal.verify({ operation: "listWidgets" }).count).toBe(2);
});

test("a body that is not kept whole decides nothing", async () => {
  const mock = createMock({ clock: "manual", journalBodyBytes: 20 });
  await clientOf(mock).create({ name: "Bakery" });
  await clientOf(mock).get(widgets);
  expect(verify(mock, { body: { name: "Bakery" } })).toMatch(
    /\n1 request may match: the journal keeps only the beginning/,
  );
  expect(verify(mock, { body: { name: "Butcher" }, exactly: 0 })).toMatch(
    /found a body of \d+ bytes, of which 20 are kept/,
  );
  expect(verify(mock, { body: { name: "Butcher" }, status: 200, exactly: 0 })).toBe(0);
  expect(verify(mock, { body: { name: "Butcher" }, at_most: 1 })).toBe(0);
});

test("a failure says how many requests are no longer remembered", async () => {
  const mock = createMock({ clock: "manual", journalEntries: 2 });
  for (let n = 0; n < 5; n++) await clientOf(mock).get(widgets);
  expect(verify(mock, { exactly: 5 })).toMatch(
    /Found 2 among 2 requests\.\n3 requests before these are no longer remembered/,
  );
});

test.each<[object, RegExp]>([
  [{ operation: "createWidgets" }, /unknown operation "createWidgets", did you mean "createWidget"\?/],
  [{ rule: "PAUS-1" }, /unknown rule "PAUS-1", did you mean "PAUSE-1"\?/],
  [{ exactly: 1, at_least: 1 }, /exactly cannot be combined/],
  [{ at_least: 3, at_most: 2 }, /at_least must be at most at_most, got 3 and 2/],
  [{ exactly: -1 }, /exactly must be/],
  [{ path: "/a?b=c" }, /path must/],
  [{ path: "api" }, /path must look like \/api\/v1\/widgets\/\*/],
  [{ header: { a: "b" } }, /unknown property "header", did you mean "headers"\?/],
  [{ headers: { a: ["b"] } }, /headers must have a text, a number, or null for each name; that of "a" is none/],
  [{ query: { "\ud800": {} } }, /query must have/],
  [{ path: `/${"a".repeat(1000)}` }, /path must have at most 1000 characters/],
  [{ headers: { a: "*a".repeat(501) } }, /headers must have at most 1000 characters for "a"/],
  [
    { query: Object.fromEntries(Array.from({ length: 101 }, (_, n) => [n, null])) },
    /query must have at most 100 names/,
  ],
  [{ body: JSON.parse(`${"[".repeat(150)}${"]".repeat(150)}`) }, /nested deeper than 100|too deep|levels/],
])("%j is rejected", (expected, message) => {
  expect(() => checkedMock().journal.verify(expected)).toThrow(message);
});

test.each([
  ["a pattern of many wildcards", { path: `/${"*a".repeat(200)}b` }],
  ["a body of many members", { body: Object.fromEntries(Array.from({ length: 9000 }, (_, n) => [n, "*"])) }],
  ["a header of many wildcards", { headers: { "x-long": `${"*a".repeat(200)}b` } }],
  ["a deep body", { body: JSON.parse(`${'{"a":'.repeat(90)}1${"}".repeat(90)}`) }],
])("%s takes no time", async (_, expected) => {
  const mock = createMock({ clock: "manual" });
  const headers = { authorization: `Bearer ${key}`, "x-long": "a".repeat(4000), "content-type": "application/json" };
  const deep = `${'{"a":'.repeat(2000)}1${"}".repeat(2000)}`;
  for (let n = 0; n < 20; n++) {
    await mock.fetch(`http://mock.test/${"a".repeat(4000)}`, { method: "POST", headers, body: deep });
  }
  const began = process.cpuUsage();
  expect(() => mock.journal.verify(expected)).toThrow(/^Expected/);
  expect(process.cpuUsage(began).user / 1000).toBeLessThan(2000);
});
