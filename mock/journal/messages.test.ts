import { once } from "node:events";
import { request as sendHttp } from "node:http";
import { expect, onTestFinished, test } from "vitest";
import { clientOf, widgets } from "../api-client.test-helper.ts";
import { checkedMock } from "../checked-mock.test-helper.ts";
import { controlOf } from "../control-plane/control-client.test-helper.ts";
import { listen } from "../http/listen.ts";
import { createMock, type MockOptions } from "../index.ts";

const key = "sk_test_one";
const bakery = { name: "Bakery", site_url: "https://bakery.example" };

/** Sends one request by `fetch`, and gives it as it was recorded. */
async function recorded(init: RequestInit, path = widgets, options: MockOptions = {}) {
  const mock = checkedMock(options);
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json", ...init.headers };
  const response = await mock.fetch(`http://mock.test${path}`, { ...init, headers });
  const text = await response.text();
  const [entry] = (await controlOf(mock).get("/requests")).body.requests;
  return { entry, text, response };
}

const headerOf = (message: { headers: { name: string; value: string }[] }, wanted: string) =>
  message.headers.find(({ name }) => name.toLowerCase() === wanted)?.value;

test("a request and its answer are recorded as they were sent, with headers, query and bodies", async () => {
  const body = JSON.stringify(bakery);
  const { entry, text } = await recorded({ method: "POST", body, headers: { "x-trace": "1" } }, `${widgets}?a=b`);
  expect(entry).toMatchObject({
    query: "?a=b",
    widget: JSON.parse(text).id,
    request: { body },
    response: { body: text },
  });
  expect(headerOf(entry.request, "x-trace")).toBe("1");
  expect(headerOf(entry.response, "location")).toBe(`${widgets}/${entry.widget}`);
  expect(entry.request).not.toHaveProperty("truncated");
});

test("a list is recorded as it was answered, whatever becomes of its widgets", async () => {
  const mock = checkedMock();
  const api = clientOf(mock);
  const first = await api.create({ name: "First" });
  const second = await api.create({ name: "Second" });
  const list = async () =>
    (await mock.fetch(`http://mock.test${widgets}`, { headers: { authorization: `Bearer ${key}` } })).text();
  const lists = [await list()];
  await api.patch(`${widgets}/${first}`, { name: "Bäckerei" });
  lists.push(await list(), await list());
  await api.delete(`${widgets}/${second}`);
  lists.push(await list());
  const requests = mock
    .world(key)
    .journal.list()
    .requests.filter(({ operation }) => operation === "listWidgets");
  expect(requests.map(({ response }) => response?.body)).toEqual(lists);
  expect(new Set(lists).size).toBe(3);
});

test.each([
  ["a rejected one", { method: "POST", body: "{" }, widgets, 400],
  ["one for a path that there is not, under the key's organization", {}, "/api/v1/widget", 404],
  ["one with a method that there is not", { method: "PUT", body: "x" }, widgets, 405],
])("%s is recorded with its body and its answer's", async (_, init, path, status) => {
  const mock = checkedMock();
  const api = clientOf(mock);
  await api.get(widgets);
  const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
  const response = await mock.fetch(`http://mock.test${path}`, { ...init, headers });
  const entry = mock.world(key).journal.list({ status }).requests[0];
  expect(entry?.response?.body).toBe(await response.text());
  expect(entry?.request?.body).toBe((init as { body?: string }).body);
});

test("a request without a valid key is listed without a key, and in no organization", async () => {
  const mock = checkedMock();
  await mock.fetch(`http://mock.test${widgets}`, { headers: { authorization: "Bearer nothing-of-the-mock" } });
  const everyOne = mock.journal.list().requests;
  expect(everyOne).toMatchObject([{ status: 401 }]);
  expect(everyOne[0]).not.toHaveProperty("organization");
  expect(mock.world(key).journal.list().requests).toEqual([]);
  mock.reset();
  expect(mock.journal.list().requests).toEqual([]);
});

test("HEAD has headers and no body; a broken connection has what arrived", async () => {
  const head = await recorded({ method: "HEAD" });
  expect(headerOf(head.entry.response, "content-type")).toBe("application/json");
  expect(head.entry.response).not.toHaveProperty("body");

  const mock = createMock({ clock: "manual" });
  const api = clientOf(mock);
  const whole = JSON.stringify((await api.get(widgets)).body);
  mock.faults.add({ connection: "truncate", calls: 1 });
  await expect(api.get(widgets)).rejects.toThrow();
  mock.faults.add({ connection: "reset", calls: 1 });
  await expect(api.get(widgets)).rejects.toThrow();
  const [, half, none] = mock.journal.list().requests;
  expect(half?.response?.body).toBe(whole.slice(0, Math.floor(whole.length / 2)));
  expect(none).toMatchObject({ status: 0, response: { headers: [] } });
});

test("a body that is no UTF-8 is kept in base64", async () => {
  const bytes = new Uint8Array([0xff, 0, 0x80, 0x41]);
  const { entry } = await recorded({ method: "POST", body: bytes });
  expect(entry).toMatchObject({
    status: 400,
    request: { encoding: "base64", body: Buffer.from(bytes).toString("base64") },
  });
});

test.each([
  ["of one byte a character", "x"],
  ["that ends within a character", "é"],
  ["of surrogate pairs", "🥐"],
])("of a long body %s the first 16 KiB are kept, and its whole size", async (_, character) => {
  const body = JSON.stringify({ ...bakery, persona: character.repeat(9000) });
  const size = new TextEncoder().encode(body).length;
  const { entry, text } = await recorded({ method: "POST", body });
  const limit = 16 * 1024;
  for (const [message, whole] of [
    [entry.request, body],
    [entry.response, text],
  ]) {
    const wholeSize = new TextEncoder().encode(whole).length;
    if (wholeSize <= limit) continue;
    expect(message.truncated).toEqual({ body: wholeSize });
    expect(whole.startsWith(message.body)).toBe(true);
    expect(new TextEncoder().encode(message.body).length).toBeGreaterThan(limit - 4);
  }
  expect(size > limit ? entry.request.truncated : "whole").toEqual(size > limit ? { body: size } : "whole");
});

test("journalBodyBytes says how much is kept, none of it with 0", async () => {
  const init = { method: "POST", body: JSON.stringify(bakery) };
  const ten = (await recorded(init, widgets, { journalBodyBytes: 10 })).entry;
  expect(ten.request).toMatchObject({ body: init.body.slice(0, 10), truncated: { body: init.body.length } });
  const none = (await recorded(init, widgets, { journalBodyBytes: 0 })).entry;
  expect([none.request.body, none.response.body]).toEqual(["", ""]);
});

test("a list that many requests are answered with is cut off as any other", async () => {
  const mock = createMock({ clock: "manual" });
  const api = clientOf(mock);
  for (let n = 0; n < 30; n++) await api.create({ persona: "p".repeat(1000) });
  await api.get(`${widgets}?limit=30`);
  await api.get(`${widgets}?limit=30`);
  const [first, second] = mock.journal.list({ operation: "listWidgets" }).requests;
  expect(first?.response?.truncated?.body).toBeGreaterThan(30_000);
  expect(second?.response).toMatchObject({ body: first?.response?.body, truncated: first?.response?.truncated });
});

test.each([
  ["too large", "x".repeat(1024 * 1024 + 1), "too-large", 413],
])("a body that is %s is not kept, and the entry says why", async (_, body, missing, status) => {
  const { entry } = await recorded({ method: "POST", body });
  expect(entry).toMatchObject({ status, request: { missing } });
  expect(entry.request).not.toHaveProperty("body");
});

test("a megabyte of path, of query and of headers is cut off, with its whole length", async () => {
  const megabyte = "x".repeat(1024 * 1024);
  const mock = createMock({ clock: "manual" });
  await mock.fetch(`http://mock.test${widgets}/${megabyte}?q=${megabyte}`, {
    headers: { authorization: `Bearer ${key}`, "x-long": megabyte, "x-short": "1" },
  });
  const [entry] = mock.world(key).journal.list().requests;
  const length = `${widgets}/${megabyte}`.length;
  expect(entry?.path).toMatch(new RegExp(`^${widgets}/x{4000,}… \\(${length} characters\\)$`));
  expect(entry?.query).toMatch(/^\?q=x{4000,}… \(\d+ characters\)$/);
  expect(entry?.request?.truncated?.headers).toBeGreaterThan(megabyte.length);
  expect(JSON.stringify(entry).length).toBeLessThan(32_000);
});

test("lone surrogates in a body are shown as they were sent", async () => {
  const body = '{"name":"\\ud800","site_url":"https://a.example"}';
  const { entry } = await recorded({ method: "POST", body });
  expect(entry.request.body).toBe(body);
  const verified = checkedMock();
  await clientOf(verified).post(widgets, body);
  expect(verified.journal.verify({ body: { name: "\ud800" } }).count).toBe(1);
  expect(() => verified.journal.verify({ body: { name: "\udfff" }, path: "/\ud800" })).toThrow(/\\udfff/);
});

test("by a port, headers are recorded as they are on the wire", async () => {
  const mock = createMock({ clock: "manual" });
  const { url, close } = await listen(mock);
  onTestFinished(close);
  const sent = sendHttp(`${url}${widgets}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json", "X-Twice": ["a", "b"] },
    agent: false,
  });
  sent.end(JSON.stringify(bakery));
  const [response] = await once(sent, "response");
  response.resume();
  const [entry] = mock.journal.list().requests;
  const names = entry?.request?.headers.map(({ name }) => name) ?? [];
  expect(names).toEqual(expect.arrayContaining(["Authorization", "Content-Type", "Host"]));
  expect(entry?.request?.headers.filter(({ name }) => name === "X-Twice")).toHaveLength(2);
  expect(entry?.request?.body).toBe(JSON.stringify(bakery));
});

test("a snapshot has the entries, and not what was said", async () => {
  const mock = createMock({ clock: "manual" });
  await clientOf(mock).create({ name: "Said only once" });
  await clientOf(mock).patch(`${widgets}/wgt_none`, { name: "Never kept" });
  const snapshot = mock.snapshot.export();
  expect(JSON.stringify(snapshot)).not.toContain("Never kept");
  const other = createMock({ clock: "manual" });
  other.snapshot.restore(snapshot);
  const [entry] = other.journal.list().requests;
  expect(entry).toMatchObject({ operation: "createWidget", status: 201 });
  expect(entry).not.toHaveProperty("request");
  expect(other.journal.har().log.entries).toHaveLength(2);
});
