import { expect, onTestFinished, test } from "vitest";
import { clientOf, widgets } from "../api-client.test-helper.ts";
import { checkedMock } from "../checked-mock.test-helper.ts";
import { controlOf } from "../control-plane/control-client.test-helper.ts";
import { listen } from "../http/listen.ts";
import { createMock, type FaultOptions, type MockOptions } from "../index.ts";

const create = { name: "Northwind Catering", site_url: "https://northwindcatering.example" };

function struckBy(fault: FaultOptions, options: MockOptions = {}) {
  const mock = checkedMock(options);
  const added = mock.world("sk_test_one").faults.add(fault);
  return { mock, api: clientOf(mock), id: added.id, faults: mock.world("sk_test_one").faults };
}

test("an outage for three calls answers as documented, performs nothing, and ends", async () => {
  const { mock, api, id, faults } = struckBy({ status: 503, calls: 3 });
  for (let call = 0; call < 3; call++) {
    const { status, headers, body } = await api.post(widgets, create);
    expect({ status, code: body.code, retry: headers.get("retry-after") }).toEqual({
      status: 503,
      code: "unavailable",
      retry: "30",
    });
    expect(body.request_id).toBe(headers.get("request-id"));
    expect(headers.get("widgets-mock")).toContain("A-OUT-1");
  }
  expect((await api.get(widgets)).body.data).toEqual([]);
  expect(faults.list().faults).toMatchObject([{ id, hits: 3 }]);
  expect(mock.world("sk_test_one").journal.list({ status: 503 }).requests).toMatchObject(
    Array(3).fill({ faults: [id] }),
  );
});

test.each([429, 500, 409, 404])("a fault of %i has its documented form", async (status) => {
  const { api } = struckBy({ operation: "recrawlWidget", status });
  expect((await api.post(`${widgets}/wgt_1/recrawl`)).status).toBe(status);
  expect((await api.get(widgets)).status).toBe(200);
});

test.each([
  ["problem", ({ code, detail }: Record<string, string>) => [code, detail]],
  ["envelope", ({ error }: Record<string, Record<string, string>>) => [error?.["code"], error?.["message"]]],
] as const)("a refusal in the form %s has its own code, and says nothing of another widget or operation", async (form, read) => {
  const { api } = struckBy({ operation: "resumeWidget", status: 409 }, { dialect: { "A-ERR-1": form } });
  const { body } = await api.post(`${widgets}/wgt_1/resume`);
  expect(read(body)).toEqual(["invalid_state", "This response is an injected fault."]);
});

test("an injected status that is not documented is a generic problem", async () => {
  const mock = createMock();
  mock.faults.add({ status: 502 });
  const { status, body } = await clientOf(mock).get(widgets);
  expect({ status, body }).toMatchObject({ status: 502, body: { status: 502, code: "fault" } });
});

test("in the envelope form of problems a fault has that form too", async () => {
  const { api } = struckBy({ status: 503 }, { dialect: { "A-ERR-1": "envelope" } });
  expect((await api.get(widgets)).body).toEqual({ error: { code: "unavailable", message: expect.any(String) } });
});

test("an operation can be performed, and its response lost", async () => {
  const { api } = struckBy({ operation: "createWidget", status: 500, carriedOut: true, calls: 1 });
  expect((await api.post(widgets, create)).status).toBe(500);
  expect((await api.get(widgets)).body.data).toHaveLength(1);
});

test("a broken connection rejects as fetch does, and is recorded in the journal without a status", async () => {
  const { mock, api, id } = struckBy({ operation: "createWidget", connection: "reset" });
  await expect(api.post(widgets, create)).rejects.toThrow(TypeError);
  await expect(api.post(widgets, create)).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
  expect((await api.get(widgets)).body.data).toEqual([]);
  expect(mock.journal.list({ operation: "createWidget" }).requests).toMatchObject(
    Array(2).fill({ status: 0, faults: [id] }),
  );
});

test("a truncated body has its full Content-Length, its first half, and then an error", async () => {
  const mock = createMock({ clock: "manual" });
  mock.faults.add({ connection: "truncate" });
  const response = await mock.fetch(
    new Request(`http://mock.test${widgets}`, { headers: { authorization: "Bearer sk_test_one" } }),
  );
  expect(response.status).toBe(200);
  const reader = response.body?.getReader();
  const { value } = (await reader?.read()) ?? {};
  expect(value?.length).toBe(Math.floor(Number(response.headers.get("content-length")) / 2));
  await expect(reader?.read()).rejects.toThrow(TypeError);
});

test("on a port, a connection is reset and a body truncated, and the next request is answered", async () => {
  const mock = createMock({ clock: "manual" });
  const { url, close } = await listen(mock);
  onTestFinished(close);
  const get = () => fetch(url + widgets, { headers: { authorization: "Bearer sk_test_one" } });
  mock.faults.add({ connection: "reset", calls: 1 });
  await expect(get()).rejects.toMatchObject({ cause: { code: expect.stringMatching(/ECONNRESET|UND_ERR_SOCKET/) } });
  mock.faults.add({ connection: "truncate", calls: 1 });
  const cut = await get();
  expect(cut.status).toBe(200);
  await expect(cut.text()).rejects.toThrow(TypeError);
  expect((await get()).status).toBe(200);
});

test("a rate limit counts down on the world's clock, rejects with Retry-After, and opens again", async () => {
  const { mock, api, id } = struckBy({ rateLimit: { limit: 2, windowSeconds: 60 } });
  const fields = (headers: Headers) => [
    headers.get("ratelimit-policy"),
    headers.get("ratelimit"),
    headers.get("retry-after"),
  ];
  const policy = `"${id}";q=2;w=60`;
  expect(fields((await api.get(widgets)).headers)).toEqual([policy, `"${id}";r=1;t=60`, null]);
  mock.clock.advance({ seconds: 10.5 });
  expect(fields((await api.get(widgets)).headers)).toEqual([policy, `"${id}";r=0;t=50`, null]);
  const refused = await api.get(widgets);
  expect(refused).toMatchObject({ status: 429, body: { code: "rate_limited" } });
  expect(fields(refused.headers)).toEqual([policy, `"${id}";r=0;t=50`, "50"]);
  mock.clock.advance({ seconds: 49.499 });
  expect((await api.get(widgets)).status).toBe(429);
  mock.clock.advance({ seconds: 0.001 });
  expect(fields((await api.get(widgets)).headers)).toEqual([policy, `"${id}";r=1;t=60`, null]);
});

test("a rate limit of every world counts each organization separately", async () => {
  const mock = checkedMock();
  mock.faults.add({ rateLimit: { limit: 1, windowSeconds: 60 } });
  const [one, other] = [clientOf(mock, "sk_test_one"), clientOf(mock, "sk_test_two")];
  expect([(await one.get(widgets)).status, (await one.get(widgets)).status]).toEqual([200, 429]);
  expect((await other.get(widgets)).status).toBe(200);
});

test("a rate limit of every world opens by each organization's own clock", async () => {
  const mock = checkedMock();
  mock.faults.add({ rateLimit: { limit: 1, windowSeconds: 60 } });
  const [one, other] = [clientOf(mock, "sk_test_one"), clientOf(mock, "sk_test_two")];
  await one.get(widgets);
  mock.world("sk_test_two").clock.advance({ seconds: 3600 });
  expect((await other.get(widgets)).status).toBe(200);
  expect((await one.get(widgets)).status).toBe(429);
});

test("a fault applies to a share of the calls, the same ones for the same seed", async () => {
  const struck = async (seed: number) => {
    const { api } = struckBy({ share: 0.3, status: 503 }, { seed });
    const statuses: number[] = [];
    for (let call = 0; call < 200; call++) statuses.push((await api.get(widgets)).status);
    return statuses;
  };
  const first = await struck(1);
  const count = first.filter((status) => status === 503).length;
  expect(count).toBeGreaterThan(30);
  expect(count).toBeLessThan(90);
  expect(await struck(1)).toEqual(first);
  expect(await struck(2)).not.toEqual(first);
});

test("latency delays the response in real time, and other requests are answered meanwhile", async () => {
  const { api } = struckBy({ operation: "createWidget", latencyMs: { min: 30, max: 60 } });
  const order: string[] = [];
  await Promise.all([
    api.post(widgets, create).then(() => order.push("create")),
    api.get(widgets).then(() => order.push("list")),
  ]);
  expect(order).toEqual(["list", "create"]);
});

test("a fault comes after the key and before the body, where A-ORDER-1 has 429", async () => {
  const { api } = struckBy({ status: 429 });
  expect((await api.post(widgets, "{", { authorization: "Bearer nobody" })).status).toBe(401);
  expect((await api.post(widgets, "{")).status).toBe(429);
  expect((await api.get("/nowhere")).status).toBe(404);
});

test("faults of one world do not affect others, and those of all apply to every one, and to visitors", async () => {
  const mock = checkedMock();
  const [one, other] = [clientOf(mock, "sk_test_one"), clientOf(mock, "sk_test_two")];
  const id = await one.create();
  mock.world("sk_test_one").faults.add({ status: 503 });
  const config = () => one.call("GET", `/api/v1/public/widgets/${id}/config`, undefined, { authorization: "" });
  expect([(await one.get(widgets)).status, (await other.get(widgets)).status]).toEqual([503, 200]);
  expect((await config()).status).toBe(503);
  mock.world("sk_test_one").faults.clear();
  expect([(await one.get(widgets)).status, (await config()).status]).toEqual([200, 200]);
  mock.faults.add({ operation: "listWidgets", status: 500 });
  expect([(await one.get(widgets)).status, (await other.get(widgets)).status]).toEqual([500, 500]);
});

test.each([
  ["{}", 400, "would do nothing"],
  ['{"operation":"createWidgit","status":503}', 400, 'did you mean "createWidget"?'],
  ['{"status":200}', 400, "#/status"],
  ['{"latencyMs":{"min":5,"max":1}}', 400, "latencyMs.min must be at most latencyMs.max, got 5 and 1"],
  [
    '{"rateLimit":{"limit":1,"windowSeconds":1},"status":503}',
    400,
    "a rateLimit cannot be combined with another fault",
  ],
  ['{"share":2,"status":503}', 400, "#/share"],
  ['{"connection":"melt"}', 400, "#/connection"],
  ['{"latencyMs":"long"}', 400, "#/latencyMs"],
])("the fault %s is rejected, and none is added", async (body, status, says) => {
  const mock = checkedMock();
  const control = controlOf(mock, "sk_test_one");
  const refused = await control.post("/faults", body);
  expect(refused.status).toBe(status);
  expect(refused.body.detail).toContain(says);
  expect((await control.get("/faults")).body).toEqual({ faults: [] });
});

test("the control plane adds, lists, removes and clears faults", async () => {
  const mock = checkedMock();
  const control = controlOf(mock, "sk_test_one");
  const { body: first } = await control.post("/faults", { status: 503, calls: 1 });
  expect(first).toEqual({ id: "flt_1", status: 503, calls: 1, hits: 0 });
  await control.post("/faults", { latencyMs: 1 });
  await clientOf(mock).get(widgets);
  expect((await control.call("DELETE", "/faults/flt_1")).body).toMatchObject({ hits: 1 });
  expect((await control.call("DELETE", "/faults/flt_1")).status).toBe(404);
  expect((await control.get("/faults")).body.faults).toMatchObject([{ id: "flt_2", hits: 1 }]);
  expect((await control.call("DELETE", "/faults")).body).toEqual({ faults: [] });
  await controlOf(mock).post("/faults", { status: 500 });
  expect((await control.get("/faults")).body.faults).toEqual([]);
  expect((await clientOf(mock).get(widgets)).status).toBe(500);
});

test("an injected status has the Retry-After that the fault gives, and the documented one otherwise", async () => {
  const { api, faults } = struckBy({ status: 503, retryAfterSeconds: 1, calls: 1 });
  expect((await api.get(widgets)).headers.get("retry-after")).toBe("1");
  faults.add({ status: 503, calls: 1 });
  expect((await api.get(widgets)).headers.get("retry-after")).toBe("30");
  expect(() => faults.add({ connection: "reset", retryAfterSeconds: 1 })).toThrow("needs the status");
});

test.each([
  "2s",
  "reads:2",
  "immediate",
])("a crawl that is made to fail does so, and the next one does not (%s)", async (crawl) => {
  const { mock, api } = struckBy({ operation: "createWidget", crawl: "failed" }, { crawl });
  const id = await api.create();
  const afterCrawl = async () => {
    mock.clock.advance({ seconds: 5 });
    for (let read = 0; read < 3; read++) await api.get(`${widgets}/${id}`);
    return (await api.get(`${widgets}/${id}`)).body;
  };
  expect(await afterCrawl()).toMatchObject({
    status: "draft",
    last_crawl: { status: "failed", error: { code: "site_unreachable" } },
  });
  await api.post(`${widgets}/${id}/recrawl`);
  expect(await afterCrawl()).toMatchObject({ status: "active", last_crawl: { status: "succeeded" } });
});

test("a crawl that is made to fail still does after the crawl mode was changed, and in a copy of the mock", async () => {
  const { mock, api } = struckBy({ operation: "createWidget", crawl: "failed" }, { crawl: "manual" });
  const id = await api.create();
  mock.crawls.set({ mode: "10s" });
  const copy = checkedMock();
  copy.snapshot.restore(mock.snapshot.export());
  for (const one of [mock, copy]) {
    one.clock.advance({ seconds: 10 });
    expect((await clientOf(one).get(`${widgets}/${id}`)).body.last_crawl.status).toBe("failed");
  }
});

test("reads lag behind a change by as long as a fault says, and name the assumption", async () => {
  const { mock, api } = struckBy({ staleSeconds: 2 });
  const id = await api.createActive();
  const path = `${widgets}/${id}`;
  expect((await api.get(path)).body.status).toBe("active");
  expect((await api.patch(path, { name: "Changed" })).body.name).toBe("Changed");
  await api.post(`${path}/pause`);
  mock.clock.advance({ seconds: 1.9 });
  const stale = await api.get(path);
  expect(stale).toMatchObject({ status: 200, body: { name: "Northwind Catering", status: "active" } });
  expect(stale.headers.get("widgets-mock")).toContain("A-TIME-1");
  expect((await api.get(widgets)).body.data).toMatchObject([{ name: "Northwind Catering", status: "active" }]);
  mock.clock.advance({ seconds: 0.1 });
  const fresh = await api.get(path);
  expect(fresh.body).toMatchObject({ name: "Changed", status: "paused" });
  expect(fresh.headers.get("widgets-mock")).not.toContain("A-TIME-1");
  expect((await api.get(widgets)).body.data).toMatchObject([{ name: "Changed", status: "paused" }]);
  await api.delete(path);
  expect((await api.get(path)).status).toBe(404);
});

test("a new widget can be read and listed at once, however late other reads are", async () => {
  const { api } = struckBy({ staleSeconds: 2 });
  const id = await api.create();
  expect((await api.get(`${widgets}/${id}`)).status).toBe(200);
  expect((await api.get(widgets)).body.data).toHaveLength(1);
});

test("faults of the options strike every organization, and come back when the mock is reset", async () => {
  const mock = checkedMock({ faults: [{ operation: "listWidgets", status: 503, calls: 1 }] });
  const statuses = async () => {
    const api = clientOf(mock);
    return [(await api.get(widgets)).status, (await api.get(widgets)).status];
  };
  expect(await statuses()).toEqual([503, 200]);
  mock.reset();
  expect(await statuses()).toEqual([503, 200]);
});

test("delivery faults of the options are those of every endpoint without its own", () => {
  const mock = checkedMock({
    dialect: { "A-EVENT-2": "unruly" },
    deliveryFaults: { respell: true, reorder: false },
    webhooks: [{ url: "http://127.0.0.1:1/" }],
  });
  mock.webhooks.add({ url: "http://127.0.0.1:2/" });
  mock.webhooks.add({ url: "http://127.0.0.1:3/", faults: {} });
  const misbehaving = { duplicate: true, reorder: false, respell: true };
  expect(mock.webhooks.list().endpoints).toMatchObject([
    { faults: misbehaving },
    { faults: misbehaving },
    { faults: {} },
  ]);
});
