import { expect, test } from "vitest";
import { clientOf, site, widgets } from "./api-client.test-helper.ts";
import { checkedMock } from "./checked-mock.test-helper.ts";

test("a new widget is a draft, becomes active when its crawl has ended, and not before", async () => {
  const mock = checkedMock({ crawl: "2s" });
  const api = clientOf(mock);
  const created = await api.post(widgets, { name: "Northwind Catering", site_url: site });
  expect(created.status).toBe(201);
  expect(created.headers.get("location")).toBe(`${widgets}/${created.body.id}`);
  expect(created.body).toMatchObject({ name: "Northwind Catering", status: "draft", site_url: site });
  expect(created.body.domains).toEqual(["northwindcatering.example"]);

  mock.clock.advance({ seconds: 1.999 });
  expect((await api.get(`${widgets}/${created.body.id}`)).body.status).toBe("draft");
  const happened = mock.clock.advance({ seconds: 0.001 }).happened;
  expect(happened).toMatchObject([
    {
      at: "2026-01-01T00:00:02.000Z",
      type: "crawl.succeeded",
      organization: expect.stringMatching(/^key_/),
      widget: created.body.id,
      status: "active",
      event: "widget.ready",
    },
  ]);
  const { body } = await api.get(`${widgets}/${created.body.id}`);
  expect(body).toMatchObject({ status: "active", created_at: created.body.created_at });
  expect(body.last_crawl).toMatchObject({
    status: "succeeded",
    trigger: "create",
    finished_at: "2026-01-01T00:00:02Z",
  });
});

test("pause and resume change the status and nothing else", async () => {
  const mock = checkedMock();
  const api = clientOf(mock);
  const id = await api.createActive();
  const before = (await api.get(`${widgets}/${id}`)).body;
  const paused = await api.post(`${widgets}/${id}/pause`);
  expect(paused).toMatchObject({ status: 200, body: { ...before, status: "paused" } });
  expect((await api.post(`${widgets}/${id}/pause`)).status).toBe(200);
  const resumed = await api.post(`${widgets}/${id}/resume`);
  expect(resumed).toMatchObject({ status: 200, body: before });
});

test("a draft rejects pause, resume and recrawl, and accepts updates", async () => {
  const api = clientOf(checkedMock());
  const id = await api.create();
  expect((await api.post(`${widgets}/${id}/pause`)).body.code).toBe("invalid_state");
  expect((await api.post(`${widgets}/${id}/resume`)).body.code).toBe("invalid_state");
  const recrawl = await api.post(`${widgets}/${id}/recrawl`);
  expect(recrawl).toMatchObject({ status: 409, body: { code: "crawl_in_progress" } });
  expect(recrawl.headers.get("retry-after")).toBe("2");
  expect((await api.patch(`${widgets}/${id}`, { voice: "Aoede" })).body).toMatchObject({
    status: "draft",
    voice: "Aoede",
  });
});

test("a recrawl keeps the status active, runs one at a time, and reports its end", async () => {
  const mock = checkedMock({ crawl: "2s" });
  const api = clientOf(mock);
  const id = await api.createActive();
  const accepted = await api.post(`${widgets}/${id}/recrawl`);
  expect(accepted).toMatchObject({ status: 202, body: { status: "active", last_crawl: { status: "running" } } });
  expect((await api.post(`${widgets}/${id}/recrawl`)).status).toBe(409);
  expect(mock.clock.advance({ seconds: 2 }).happened).toMatchObject([
    { type: "crawl.succeeded", event: "widget.recrawled" },
  ]);
  const { body } = await api.get(`${widgets}/${id}`);
  expect(body).toMatchObject({ status: "active", last_crawl: { status: "succeeded", trigger: "recrawl" } });
});

test("a paused widget can be recrawled and stays paused", async () => {
  const mock = checkedMock();
  const api = clientOf(mock);
  const id = await api.createActive();
  await api.post(`${widgets}/${id}/pause`);
  expect((await api.post(`${widgets}/${id}/recrawl`)).body.status).toBe("paused");
  mock.clock.advance({ seconds: 10 });
  expect((await api.get(`${widgets}/${id}`)).body).toMatchObject({
    status: "paused",
    last_crawl: { status: "succeeded" },
  });
});

test("a widget can be paused and resumed during a recrawl", async () => {
  const mock = checkedMock();
  const api = clientOf(mock);
  const id = await api.createActive();
  await api.post(`${widgets}/${id}/recrawl`);
  expect((await api.post(`${widgets}/${id}/pause`)).body.status).toBe("paused");
  expect((await api.post(`${widgets}/${id}/resume`)).body).toMatchObject({
    status: "active",
    last_crawl: { status: "running" },
  });
});

test("a pause during a recrawl neither delays it nor starts another", async () => {
  const mock = checkedMock({ crawl: "2s" });
  const api = clientOf(mock);
  const id = await api.createActive();
  await api.post(`${widgets}/${id}/recrawl`);
  mock.clock.advance({ seconds: 1.5 });
  await api.post(`${widgets}/${id}/pause`);
  expect(mock.clock.advance({ seconds: 0.5 }).happened).toHaveLength(1);
  expect(mock.clock.advance({ seconds: 60 }).happened).toEqual([]);
});

test("a deleted widget is not found, cannot be restored, and its crawl has no effect", async () => {
  const mock = checkedMock({ crawl: "2s" });
  const api = clientOf(mock);
  const kept = await api.create();
  const id = await api.create();
  const deleted = await api.delete(`${widgets}/${id}`);
  expect(deleted).toMatchObject({ status: 204, body: null });
  for (const [method, path] of [
    ["GET", ""],
    ["PATCH", ""],
    ["DELETE", ""],
    ["POST", "/pause"],
    ["POST", "/resume"],
    ["POST", "/recrawl"],
  ] as const) {
    const reply = await api.call(method, `${widgets}/${id}${path}`, method === "PATCH" ? { name: "Back" } : undefined);
    expect(reply, `${method} ${path}`).toMatchObject({ status: 404, body: { code: "not_found" } });
  }
  expect(mock.clock.advance({ seconds: 60 }).happened.map(({ widget }) => widget)).toEqual([kept]);
  expect((await api.get(widgets)).body.data.map(({ id }: { id: string }) => id)).toEqual([kept]);
});

test("organizations do not see each other, and a foreign id is answered like an unknown one", async () => {
  const mock = checkedMock();
  const [one, other] = [clientOf(mock, "sk_test_one"), clientOf(mock, "sk_test_other")];
  const id = await one.create();
  expect((await other.get(widgets)).body.data).toEqual([]);
  const foreign = await other.get(`${widgets}/${id}`);
  const unknown = await other.get(`${widgets}/wgt_nobody`);
  const anonymous = ({ detail, request_id, ...rest }: Record<string, unknown>) => rest;
  expect(foreign.status).toBe(404);
  expect(anonymous(foreign.body)).toEqual(anonymous(unknown.body));
  expect((await other.delete(`${widgets}/${id}`)).status).toBe(404);
  expect((await one.get(`${widgets}/${id}`)).status).toBe(200);
});

test("keys can be mapped to one organization, and then no other key works", async () => {
  const mock = checkedMock({ apiKeys: { sk_test_a: "org", sk_test_b: "org", other: "else" } });
  const id = await clientOf(mock, "sk_test_a").create();
  expect((await clientOf(mock, "sk_test_b").get(`${widgets}/${id}`)).status).toBe(200);
  expect((await clientOf(mock, "other").get(`${widgets}/${id}`)).status).toBe(404);
  expect((await clientOf(mock, "sk_test_c").get(widgets)).status).toBe(401);
});
