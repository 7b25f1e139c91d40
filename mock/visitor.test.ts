import { expect, test } from "vitest";
import { type ApiClient, clientOf, widgets } from "./api-client.test-helper.ts";
import { checkedMock } from "./checked-mock.test-helper.ts";
import type { Mock, MockOptions } from "./index.ts";

const visitorPath = "/api/v1/public/widgets";

/** A visitor's browser on a page, which has no API key. */
function visitorOf(mock: Mock, origin = "https://northwindcatering.example") {
  const send = async (method: string, path: string, body?: object, token?: string) => {
    const headers: Record<string, string> = { ...(origin === "" ? {} : { origin }) };
    if (token !== undefined) headers["authorization"] = `Bearer ${token}`;
    if (body) headers["content-type"] = "application/json";
    const response = await mock.fetch(
      new Request(`http://mock.test${visitorPath}/${path}`, {
        method,
        headers,
        ...(body ? { body: JSON.stringify(body) } : {}),
      }),
    );
    return { status: response.status, body: await response.json() };
  };
  return {
    config: (id: string) => send("GET", `${id}/config`),
    start: (id: string) => send("POST", `${id}/conversations`),
    say: (id: string, { id: conversation, token }: { id: string; token?: string }, text: string) =>
      send("POST", `${id}/conversations/${conversation}/messages`, { text }, token),
    read: (id: string, { id: conversation, token }: { id: string; token?: string }) =>
      send("GET", `${id}/conversations/${conversation}`, undefined, token),
  };
}

async function activeWidget(options: MockOptions = {}, more: object = {}) {
  const mock = checkedMock(options);
  const api: ApiClient = clientOf(mock);
  return { mock, api, visitor: visitorOf(mock), id: await api.createActive(more) };
}

async function inspect(mock: Mock, id: string) {
  const response = await mock.fetch(
    new Request(`http://mock.test/_mock/widgets/${id}`, { headers: { authorization: "Bearer sk_test_one" } }),
  );
  return response.json();
}

test("an active widget loads and starts conversations, with replies from its persona and pages", async () => {
  const { visitor, id } = await activeWidget({}, { persona: "I am Sam. I cater." });
  const config = await visitor.config(id);
  expect(config).toMatchObject({
    status: 200,
    body: { id, can_start: true, intro_title: "Hi, this is Northwind Catering" },
  });
  expect(config.body).not.toHaveProperty("persona");
  const started = await visitor.start(id);
  expect(started.status).toBe(201);
  expect(started.body.expires_at).toBe("2026-01-01T01:15:00Z");
  const reply = await visitor.say(id, started.body, "What do you offer?");
  expect(reply).toMatchObject({ status: 201, body: { role: "widget", index: "idx_1" } });
  expect(reply.body.text).toMatch(
    /^\[idx_1\] I am Sam\. The page ".+" \(https:\/\/northwindcatering\.example\/.*\) says: /,
  );
  expect((await visitor.say(id, started.body, "What do you offer?")).body.text).toBe(reply.body.text);
  const read = await visitor.read(id, started.body);
  expect(read.body.messages.map(({ role }: { role: string }) => role)).toEqual([
    "visitor",
    "widget",
    "visitor",
    "widget",
  ]);
});

test("a draft neither loads nor starts conversations, whether its crawl is running or has failed", async () => {
  const mock = checkedMock();
  const [api, visitor] = [clientOf(mock), visitorOf(mock)];
  const id = await api.create({ site_url: "https://fail.test", domains: ["northwindcatering.example"] });
  for (let look = 0; look < 2; look++) {
    expect((await visitor.config(id)).body.can_start).toBe(false);
    expect(await visitor.start(id)).toMatchObject({ status: 409, body: { code: "widget_not_ready" } });
    mock.clock.advance({ seconds: 10 });
  }
});

test("a paused widget loads but starts no conversation; running ones continue; after resume it starts again", async () => {
  const { api, visitor, id } = await activeWidget();
  const running = (await visitor.start(id)).body;
  await api.post(`${widgets}/${id}/pause`);
  expect(await visitor.config(id)).toMatchObject({ status: 200, body: { can_start: false } });
  expect(await visitor.start(id)).toMatchObject({ status: 409, body: { code: "widget_paused" } });
  expect((await visitor.say(id, running, "Still there?")).status).toBe(201);
  await api.post(`${widgets}/${id}/resume`);
  expect((await visitor.start(id)).status).toBe(201);
});

test("a conversation keeps the configuration that it started with, and the next one has the new", async () => {
  const { api, visitor, id } = await activeWidget({}, { voice: "Kore" });
  const before = (await visitor.start(id)).body;
  await api.patch(`${widgets}/${id}`, { voice: "Aoede", persona: "New." });
  const after = (await visitor.start(id)).body;
  expect((await visitor.read(id, before)).body.voice).toBe("Kore");
  expect((await visitor.read(id, after)).body).toMatchObject({ voice: "Aoede", persona: "New." });
});

test("visitors get the old index until a recrawl has finished, and then the new content", async () => {
  const { mock, api, visitor, id } = await activeWidget({ crawl: "30s" });
  const change = new Request("http://mock.test/_mock/sites/change", {
    method: "POST",
    headers: { authorization: "Bearer sk_test_one" },
    body: JSON.stringify({ site_url: "https://northwindcatering.example/menu" }),
  });
  expect(await (await mock.fetch(change)).json()).toEqual({ host: "northwindcatering.example", revision: 2 });
  const old = (await visitor.start(id)).body;
  await api.post(`${widgets}/${id}/recrawl`);
  mock.clock.advance({ seconds: 29.999 });
  const during = (await visitor.start(id)).body;
  expect((await visitor.say(id, during, "News?")).body).toMatchObject({
    index: "idx_1",
    text: expect.stringContaining("revision 1"),
  });
  mock.clock.advance({ seconds: 0.001 });
  const after = (await visitor.start(id)).body;
  expect((await visitor.say(id, after, "News?")).body).toMatchObject({
    index: "idx_2",
    text: expect.stringContaining("revision 2"),
  });
  expect((await visitor.say(id, old, "News?")).body.index).toBe("idx_1");
});

test("after a failed recrawl visitors still get the old index", async () => {
  const { mock, api, visitor, id } = await activeWidget({}, { site_url: "https://recrawl-fail.test", domains: [] });
  await api.post(`${widgets}/${id}/recrawl`);
  mock.clock.advance({ seconds: 60 });
  const { body } = await visitor.start(id);
  expect((await visitor.say(id, body, "Hello?")).body.index).toBe("idx_1");
});

test("the replies of a site without pages say so", async () => {
  const { visitor, id } = await activeWidget({}, { site_url: "https://empty.test", domains: [] });
  const { body } = await visitor.start(id);
  expect((await visitor.say(id, body, "Hello?")).body.text).toContain("There is no page of empty.test");
});

test.each([
  ["https://northwindcatering.example", 201],
  ["https://NorthwindCatering.example:8443", 201],
  ["http://shop.northwind.example", 201],
  ["https://a.b.northwind.example", 201],
  ["https://northwind.example", 403],
  ["https://www.northwindcatering.example", 403],
  ["https://evilnorthwind.example", 403],
  ["null", 403],
])("a page of %s gets %i", async (origin, status) => {
  const { mock, id } = await activeWidget({}, { domains: ["NorthwindCatering.example", "*.northwind.example"] });
  const visitor = visitorOf(mock, origin);
  expect((await visitor.config(id)).status).toBe(200);
  const started = await visitor.start(id);
  expect(started.status).toBe(status);
  if (status === 403) expect(started.body.code).toBe("origin_not_allowed");
});

test("an empty list of domains allows any page, or none if the dialect says so; a program is not a page", async () => {
  for (const [choice, status] of [
    ["any", 201],
    ["none", 403],
  ] as const) {
    const { mock, id } = await activeWidget({ dialect: { "A-VIS-6": choice } }, { domains: [] });
    expect((await visitorOf(mock, "https://anywhere.example").start(id)).status).toBe(status);
    expect((await visitorOf(mock, "").start(id)).status).toBe(201);
  }
});

test("a conversation is read and continued with its own token alone, for fifteen minutes", async () => {
  const { mock, visitor, id } = await activeWidget();
  const one = (await visitor.start(id)).body;
  const other = (await visitor.start(id)).body;
  expect((await visitor.read(id, { id: one.id })).status).toBe(401);
  expect((await visitor.read(id, { id: one.id, token: other.token })).status).toBe(401);
  expect((await visitor.read("wgt_nobody", one)).status).toBe(404);
  expect((await visitor.read(id, { id: "cnv_nobody", token: one.token })).body.code).toBe("not_found");
  expect((await visitor.say(id, one, "")).status).toBe(400);
  mock.clock.advance({ seconds: 15 * 60 - 0.001 });
  expect((await visitor.read(id, one)).status).toBe(200);
  mock.clock.advance({ seconds: 0.001 });
  expect((await visitor.read(id, one)).status).toBe(401);
});

test("a delete removes pages, conversations, allowlist and tools, and keeps the usage records", async () => {
  const { mock, api, visitor, id } = await activeWidget();
  const other = await api.createActive();
  const conversation = (await visitor.start(id)).body;
  await visitor.say(id, conversation, "Hello?");
  const before = await inspect(mock, id);
  expect(before.pages.length).toBeGreaterThan(0);
  expect(before.conversations).toHaveLength(1);
  expect(before.domains).toEqual(["northwindcatering.example"]);
  expect(before.tools.length).toBeGreaterThan(0);
  expect(before.usage_records.map(({ kind }: { kind: string }) => kind)).toEqual(["crawl", "conversation", "message"]);

  const untouched = await inspect(mock, other);
  await api.delete(`${widgets}/${id}`);
  const usage = before.usage_records;
  expect(await inspect(mock, id)).toEqual({
    organization: before.organization,
    state: "gone",
    pages: [],
    conversations: [],
    domains: [],
    tools: [],
    usage_records: usage,
  });
  expect((await visitor.config(id)).status).toBe(404);
  expect((await visitor.start(id)).status).toBe(404);
  expect((await visitor.say(id, conversation, "Hello?")).status).toBe(404);
  expect(await inspect(mock, other)).toEqual(untouched);
});

test("the documented-only dialect has no visitor's side", async () => {
  const { visitor, id } = await activeWidget({ dialect: "documented-only" });
  expect((await visitor.config(id)).status).toBe(404);
});

test("a rejection of a visitor can be 403", async () => {
  const { api, visitor, id } = await activeWidget({ dialect: { "A-VIS-3": "403" } });
  await api.post(`${widgets}/${id}/pause`);
  expect(await visitor.start(id)).toMatchObject({ status: 403, body: { code: "widget_paused" } });
});

test("a widget is found by visitors in its own world alone, until that world is reset, and again when it is restored", async () => {
  const { mock, visitor, id } = await activeWidget();
  const other = await clientOf(mock, "sk_test_other").createActive();
  expect((await visitor.config(other)).body.id).toBe(other);
  const saved = mock.world("sk_test_one").snapshot.export();
  mock.world("sk_test_one").reset();
  expect((await visitor.config(id)).status).toBe(404);
  expect((await visitor.config(other)).status).toBe(200);
  mock.world("sk_test_one").snapshot.restore(saved);
  expect((await visitor.config(id)).body.id).toBe(id);
  mock.reset();
  expect([(await visitor.config(id)).status, (await visitor.config(other)).status]).toEqual([404, 404]);
});
