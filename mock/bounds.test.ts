import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { expect, onTestFinished, test, vi } from "vitest";
import { clientOf, site, widgets } from "./api-client.test-helper.ts";
import { mockBoundNames } from "./bounds.ts";
import { controlOf } from "./control-plane/control-client.test-helper.ts";
import { listen } from "./http/listen.ts";
import { createMock, type MockOptions, OptionError } from "./index.ts";
import { Webhooks } from "./world/webhooks/webhooks.ts";

const fits = { name: "Northwind Catering", site_url: site };

/** A mock, an organization's client, and one of a visitor. */
function setUp(options: MockOptions) {
  const mock = createMock({ clock: "manual", ...options });
  const api = clientOf(mock);
  const visitor = (path: string, body: object = {}, token = "") =>
    api.call("POST", `/api/v1/public/widgets/${path}`, body, { authorization: `Bearer ${token}` });
  return { mock, api, visitor };
}

function named(option: string, flag: string) {
  return {
    code: "bound_reached",
    detail: expect.stringMatching(new RegExp(`larger ${flag} \\(${option} of createMock\\)`)),
  };
}

test.each(mockBoundNames)("%s must be an integer that is not too small", (name) => {
  expect(() => createMock({ [name]: -1 })).toThrow(/^\w+ must be a (positive|non-negative) integer, got -1$/);
  expect(() => createMock({ [name]: 1.5 })).toThrow(OptionError);
});

test("a new organization over maxWorlds takes the place of those without anything, and is rejected when there are none", async () => {
  const { mock } = setUp({ maxWorlds: 2 });
  await clientOf(mock, "sk_test_a").create();
  await clientOf(mock, "sk_test_blank").get(widgets);
  await clientOf(mock, "sk_test_b").create();
  const { status, body } = await clientOf(mock, "sk_test_c").get(widgets);
  expect([status, body]).toMatchObject([507, named("maxWorlds", "--max-worlds")]);
  expect((await clientOf(mock, "sk_test_a").get(widgets)).body.data).toHaveLength(1);
  expect(() => mock.world("sk_test_c").clock.get()).toThrow(/--max-worlds/);
  mock.reset();
  expect((await clientOf(mock, "sk_test_c").get(widgets)).status).toBe(200);
});

test("an organization that nobody uses for longer than maxIdleSeconds is forgotten, and its ids are not given again", async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { mock, api } = setUp({ maxIdleSeconds: 600 });
  const [idle, kept] = [clientOf(mock, "sk_test_idle"), setUp({}).api];
  const ids = [await idle.create(), await api.create(), await kept.create()];
  for (let minutes = 0; minutes < 11; minutes++) {
    vi.advanceTimersByTime(60_000);
    expect((await api.get(widgets)).body.data).toHaveLength(1);
  }
  expect((await idle.get(`${widgets}/${ids[0]}`)).status).toBe(404);
  expect((await idle.get(widgets)).body.data).toEqual([]);
  expect(ids).not.toContain(await idle.create());
  expect((await kept.get(widgets)).body.data).toHaveLength(1);
  mock.close();
  expect(vi.getTimerCount()).toBe(0);
});

test("a widget over maxWidgets is rejected, and there is room again after a delete", async () => {
  const { api } = setUp({ maxWidgets: 2 });
  const [first] = [await api.create(), await api.create()];
  const { status, body } = await api.post(widgets, fits);
  expect([status, body]).toMatchObject([507, named("maxWidgets", "--max-widgets")]);
  await api.delete(`${widgets}/${first}`);
  expect((await api.post(widgets, fits)).status).toBe(201);
});

test("a deleted id over maxDeletedIds is unknown from then on", async () => {
  const { api } = setUp({ maxDeletedIds: 1, dialect: { "A-DELETE-2": "gone" } });
  const ids = [await api.create(), await api.create()];
  for (const id of ids) await api.delete(`${widgets}/${id}`);
  const statuses = await Promise.all(ids.map(async (id) => (await api.delete(`${widgets}/${id}`)).status));
  expect(statuses).toEqual([404, 410]);
});

test("the oldest conversation over maxConversations is forgotten, and a message over maxMessages is rejected", async () => {
  const { api, visitor, mock } = setUp({ maxConversations: 2, maxMessages: 4 });
  const id = await api.createActive();
  const started = [];
  for (let n = 0; n < 3; n++) started.push((await visitor(`${id}/conversations`)).body);
  const say = ({ id: conversation, token }: { id: string; token: string }) =>
    visitor(`${id}/conversations/${conversation}/messages`, { text: "When?" }, token);
  expect((await say(started[0])).status).toBe(404);
  expect([(await say(started[1])).status, (await say(started[1])).status]).toEqual([201, 201]);
  const { status, body } = await say(started[1]);
  expect([status, body]).toMatchObject([507, named("maxMessages", "--max-messages")]);
  const { conversations } = mock.world("sk_test_one").widgets.inspect({ id });
  expect(conversations.map((one) => one["id"])).toEqual([started[1].id, started[2].id]);
});

test("the oldest usage records over maxUsageRecords are forgotten", async () => {
  const { api, visitor, mock } = setUp({ maxUsageRecords: 2 });
  const id = await api.createActive();
  for (let n = 0; n < 7; n++) await visitor(`${id}/conversations`);
  const { usage_records } = mock.world("sk_test_one").usage.list();
  expect(usage_records.map(({ kind }) => kind)).toEqual(["conversation", "conversation"]);
});

test("the oldest Idempotency-Key over maxIdempotencyKeys is forgotten", async () => {
  const { api } = setUp({ maxIdempotencyKeys: 2 });
  const create = async (key: string) => (await api.post(widgets, fits, { "idempotency-key": key })).body.id;
  const [first, second] = [await create("1"), await create("2")];
  expect(await create("1")).toBe(first);
  await create("3");
  expect(await create("2")).toBe(second);
  expect(await create("1")).not.toBe(first);
});

test("the oldest pending delivery over maxPendingDeliveries is cancelled, and the oldest ended one over maxDeliveries forgotten", async () => {
  const webhooks = [{ url: "http://127.0.0.1:9/", faults: { delaySeconds: 60 } }];
  const { api, mock } = setUp({ webhooks, maxPendingDeliveries: 2, maxDeliveries: 1, crawl: "immediate" });
  const ids = [];
  for (let n = 0; n < 4; n++) ids.push(await api.create());
  await api.get(widgets);
  const deliveries = mock.world("sk_test_one").deliveries.list().deliveries;
  expect(deliveries.map(({ state, widget }) => [state, widget])).toEqual([
    ["cancelled", ids[1]],
    ["pending", ids[2]],
    ["pending", ids[3]],
  ]);
});

test("endpoints, faults and changed sites over their bounds are rejected", async () => {
  const { mock } = setUp({ maxEndpoints: 1, maxFaults: 1, maxChangedSites: 1 });
  const world = mock.world("sk_test_one");
  const additions = [
    ["--max-endpoints", () => world.webhooks.add({ url: "http://127.0.0.1:9/" })],
    ["--max-faults", () => world.faults.add({ status: 503 })],
    ["--max-changed-sites", (n: number) => world.sites.change({ site_url: `https://${n}.example` })],
  ] as const;
  for (const [flag, add] of additions) {
    add(1);
    expect(() => add(2)).toThrow(flag);
  }
  expect(world.sites.change({ site_url: "https://1.example" }).revision).toBe(3);
});

test("the oldest happening over maxHappenings is forgotten, however many requests are remembered", async () => {
  const { api, mock } = setUp({ maxHappenings: 1 });
  const [first, second] = [await api.post(widgets, fits), await api.post(widgets, fits)];
  const { trace } = mock.world("sk_test_one").journal;
  const happenedBecauseOf = ({ headers }: typeof first) =>
    trace({ request_id: headers.get("request-id") ?? "" }).happened;
  expect([happenedBecauseOf(first).length, happenedBecauseOf(second).length]).toEqual([0, 1]);
});

test("what all organizations hold is bounded in bytes, and given back", async () => {
  const { api, mock } = setUp({ maxStoredMegabytes: 1 });
  const persona = "x".repeat(20_000);
  const ids = [];
  let refusal = { status: 201, body: {} as object };
  for (let n = 0; n < 100 && refusal.status === 201; n++) {
    refusal = await api.post(widgets, { ...fits, persona });
    if (refusal.status === 201) ids.push((refusal.body as { id: string }).id);
  }
  expect(refusal).toMatchObject({ status: 507, body: named("maxStoredMegabytes", "--max-stored-megabytes") });
  expect(ids.length).toBeGreaterThan(10);
  expect((await api.call("PATCH", `${widgets}/${ids[0]}`, { name: "B" })).status).toBe(507);
  expect((await clientOf(mock, "sk_test_new").get(widgets)).status).toBe(507);
  expect((await api.get(`${widgets}/${ids[0]}`)).status).toBe(200);
  for (const id of ids) await api.delete(`${widgets}/${id}`);
  const again = [];
  // The deleted ids take a little room as well.
  for (let n = 2; n < ids.length; n++) again.push((await api.post(widgets, { ...fits, persona })).status);
  expect(new Set(again)).toEqual(new Set([201]));
  mock.world("sk_test_one").reset();
  for (let n = 0; n < ids.length; n++) expect((await api.post(widgets, { ...fits, persona })).status).toBe(201);
});

test("replies to large requests with new Idempotency-Keys are forgotten rather than kept beyond the bytes", async () => {
  const { api } = setUp({ maxStoredMegabytes: 1 });
  const id = await api.create();
  const body = { persona: "x".repeat(20_000) };
  for (let n = 0; n < 100; n++) {
    const { status } = await api.call("POST", `${widgets}/${id}/pause`, undefined, { "idempotency-key": `${n}` });
    expect(status).toBe(409);
    expect((await api.call("PATCH", `${widgets}/${id}`, body, { "idempotency-key": `p${n}` })).status).toBe(200);
  }
});

test("an event stream over maxStreams is rejected with 429 until another one ends", async () => {
  const { mock } = setUp({ maxStreams: 1 });
  const gone = new AbortController();
  const open = () => mock.fetch("http://mock.test/_mock/events", { signal: gone.signal });
  const reader = (await open()).body?.getReader();
  await reader?.read();
  const refused = await open();
  expect([refused.status, refused.headers.get("retry-after"), await refused.json()]).toMatchObject([
    429,
    "1",
    named("maxStreams", "--max-streams"),
  ]);
  gone.abort();
  const again = await mock.fetch("http://mock.test/_mock/events");
  expect(again.status).toBe(200);
  await again.body?.cancel();
});

test("an event stream that nobody reads is cut off", async () => {
  const { mock, api } = setUp({ maxStreamKilobytes: 1 });
  const reader = (await mock.fetch("http://mock.test/_mock/events")).body?.getReader();
  for (let n = 0; n < 10; n++) await api.get(widgets);
  await expect(reader?.closed).rejects.toThrow();
  const control = controlOf(mock);
  await vi.waitFor(async () => expect((await control.get("/health")).status).toBe(200));
});

test("a request over maxWaiting is rejected with 429", async () => {
  const { mock, api } = setUp({ maxWaiting: 1 });
  const control = controlOf(mock);
  const waits = control.get("/requests?wait_for=1");
  await vi.waitFor(async () => {
    const { status, body } = await control.get("/requests?wait_for=2&timeout_seconds=0");
    expect([status, body]).toMatchObject([429, named("maxWaiting", "--max-waiting")]);
  });
  await api.get(widgets);
  expect((await waits).status).toBe(200);
  expect((await control.get("/requests?wait_for=2&timeout_seconds=0")).status).toBe(200);
});

test.each([
  "maxWebhookSocketsPerOrigin",
  "maxWebhookSockets",
])("webhooks over %s wait until others have ended", async (bound) => {
  let [open, most] = [0, 0];
  const server = createServer((_, response) => {
    open++;
    most = Math.max(most, open);
    // The next ones have time to come.
    setTimeout(() => {
      open--;
      response.writeHead(204).end();
    }, 20);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const { api, mock } = setUp({ webhooks: [{ url }], [bound]: 2, crawl: "immediate" });
  for (let n = 0; n < 7; n++) await api.create();
  await mock.deliveries.settle();
  const states = mock
    .world("sk_test_one")
    .deliveries.list()
    .deliveries.map(({ state }) => state);
  expect(states).toEqual(Array(7).fill("delivered"));
  expect(most).toBe(2);
});

/** A receiver that answers only when it is told to, and what it was sent. */
async function startHangingReceiver() {
  const received: string[] = [];
  const waiting: (() => void)[] = [];
  let isOpen = false;
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const part of request) text += part;
    received.push(JSON.parse(text).data.id);
    if (!isOpen) await new Promise<void>((resolve) => waiting.push(resolve));
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const answerAll = () => {
    isOpen = true;
    for (const resolve of waiting) resolve();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, received, answerAll };
}

test("webhooks that were cancelled, forgotten or reset while they waited for their turn are not sent", async () => {
  const { url, received, answerAll } = await startHangingReceiver();
  const bounds = { maxWebhookSocketsPerOrigin: 1, maxPendingDeliveries: 2, maxDeliveries: 1 };
  const { api, mock } = setUp({ webhooks: [{ url }], crawl: "immediate", ...bounds });
  const other = clientOf(mock, "sk_test_other");
  const ids = [await api.createActive()];
  await vi.waitFor(() => expect(received).toEqual(ids));
  await other.createActive();
  mock.world("sk_test_other").reset();
  for (let n = 0; n < 5; n++) ids.push(await api.createActive());
  answerAll();
  await mock.deliveries.settle();
  expect(received).toEqual([ids[0], ...ids.slice(-2)]);
});

test("webhooks that waited for their turn when the mock was closed are not sent", async () => {
  const { url, received, answerAll } = await startHangingReceiver();
  const { api, mock } = setUp({ webhooks: [{ url }], crawl: "immediate", maxWebhookSocketsPerOrigin: 1 });
  const ids = [await api.createActive()];
  await vi.waitFor(() => expect(received).toEqual(ids));
  await api.createActive();
  mock.close();
  answerAll();
  await mock.deliveries.settle();
  expect(received).toEqual(ids);
});

test("whoever has waited for webhooks for maxSettleSeconds is not held up by later ones", async () => {
  const [slow, later] = [await startHangingReceiver(), await startHangingReceiver()];
  const { api, mock } = setUp({ webhooks: [{ url: slow.url }], crawl: "immediate", maxSettleSeconds: 0 });
  await api.createActive();
  await vi.waitFor(() => expect(slow.received).toHaveLength(1));
  const settled = vi.spyOn(Webhooks.prototype, "settled");
  onTestFinished(() => settled.mockRestore());
  await mock.deliveries.settle();
  const { id } = mock.webhooks.add({ url: later.url });
  await api.createActive();
  await vi.waitFor(() => expect(later.received).toHaveLength(1));
  slow.answerAll();
  await settled.mock.results[0]?.value;
  const delayed = mock.deliveries.list().deliveries.filter(({ endpoint }) => endpoint === id);
  expect(delayed).toMatchObject([{ state: "pending", attempts: [] }]);
});

test("settle, advance and resend wait for webhooks for maxSettleSeconds, and say what has happened until then", async () => {
  const { url, received } = await startHangingReceiver();
  const { api, mock } = setUp({ webhooks: [{ url }], maxSettleSeconds: 0 });
  const id = await api.create();
  const { post } = controlOf(mock);
  expect((await post("/clock/advance", { seconds: 60 })).body.happened).toMatchObject([
    { widget: id, status: "active" },
  ]);
  await vi.waitFor(() => expect(received).toEqual([id]));
  const { deliveries } = (await post("/settle")).body;
  expect(deliveries).toMatchObject([{ widget: id, state: "pending", attempts: [] }]);
  expect((await post(`/deliveries/${deliveries[0].id}/resend`)).body).toMatchObject({ state: "pending", attempts: [] });
});

test("over maxConnections idle connections make room, and without any a request is rejected with 429", async () => {
  const mock = createMock({ maxConnections: 2 });
  const listening = await listen(mock);
  onTestFinished(listening.close);
  const { hostname, port } = new URL(listening.url);
  const [idle] = await opened(hostname, port, "GET /_mock/health HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const [half] = await opened(hostname, port, "");
  const closed = new Promise((resolve) => idle?.once("close", resolve));
  expect((await fetch(`${listening.url}/_mock/health`, { headers: { connection: "close" } })).status).toBe(200);
  await closed;
  const [other] = await opened(hostname, port, "");
  const refused = await fetch(`${listening.url}/_mock/health`);
  expect([refused.status, await refused.json()]).toMatchObject([429, named("maxConnections", "--max-connections")]);
  for (const socket of [half, other]) socket?.destroy();
});

test.each([
  ["headers", "headerTimeoutSeconds", "GET /_mock/health HTTP/1.1\r\nHost: local"],
  ["body", "requestTimeoutSeconds", "POST /_mock/reset HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"],
])("a request whose %s does not arrive in time is rejected with 408 (%s)", async (_, bound, sent) => {
  const listening = await listen(createMock({ [bound]: 1 }));
  onTestFinished(listening.close);
  const { hostname, port } = new URL(listening.url);
  const [, answer] = await opened(hostname, port, sent);
  expect(await answer).toMatch(/^HTTP\/1\.1 408 /);
});

/** A connection on which something was sent and, if that was a whole request, answered; and all that it got in the end. */
async function opened(hostname: string, port: string, sent: string): Promise<[Socket, Promise<string>]> {
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  let got = "";
  socket.setEncoding("utf8").on("data", (text) => {
    got += text;
  });
  const ended = new Promise<string>((resolve) => socket.once("close", () => resolve(got)));
  await new Promise((resolve) => socket.once("connect", resolve));
  socket.write(sent);
  if (sent.endsWith("\r\n\r\n")) await vi.waitFor(() => expect(got).toContain("HTTP/1.1 200"));
  return [socket, ended];
}
