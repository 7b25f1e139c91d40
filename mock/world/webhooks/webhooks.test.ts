import { Webhook } from "standardwebhooks";
import { expect, onTestFinished, test } from "vitest";
import { clientOf, widgets } from "../../api-client.test-helper.ts";
import { checkedMock } from "../../checked-mock.test-helper.ts";
import { createMock, type MockOptions, OptionError } from "../../index.ts";
import { defaultSecret } from "./endpoint.ts";
import { type Answering, receiver } from "./receiver.test-helper.ts";

const key = "sk_test_one";
const hours = 3_600_000;

/** A mock that sends to a receiver, on a manual clock that begins now: signatures are of their time. */
async function sending(answering?: Answering, options: MockOptions = {}, faults = {}) {
  const { url, received } = await receiver(answering);
  const clock = `manual@${new Date().toISOString().slice(0, 19)}Z`;
  const mock = checkedMock({
    clock,
    crawl: "2s",
    webhooks: [{ url, ...(Object.keys(faults).length > 0 ? { faults } : {}) }],
    ...options,
  });
  onTestFinished(() => mock.close());
  const api = clientOf(mock, key);
  const { deliveries } = mock.world(key);
  const advance = async (milliseconds: number) => {
    mock.clock.advance({ seconds: milliseconds / 1000 });
    await deliveries.settle();
  };
  return { mock, api, deliveries, url, received, advance };
}

const types = (received: readonly { body: string }[]) => received.map(({ body }) => JSON.parse(body).type);

test("a crawl that ends sends an event with the widget, which the reference library verifies", async () => {
  const { api, received, advance } = await sending();
  const id = await api.create();
  await advance(1999);
  expect(received).toEqual([]);
  await advance(1);
  expect(received).toHaveLength(1);
  const [{ headers, body }] = received as [(typeof received)[0]];
  const event = new Webhook(defaultSecret).verify(body, headers) as Record<string, unknown>;
  expect(event["type"]).toBe("widget.ready");
  expect(event["data"]).toEqual((await api.get(`${widgets}/${id}`)).body);
  expect(() => new Webhook("whsec_bm90LXRoZS1zZWNyZXQtdGhhdC15b3Uta25vdw==").verify(body, headers)).toThrow();
  expect(() => new Webhook(defaultSecret).verify(`${body} `, headers)).toThrow();
});

test("the signature of the specification's example is reproduced", () => {
  const webhook = new Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
  const signature = webhook.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", new Date(1614265330000), '{"test": 2432232314}');
  expect(signature).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
});

test.each([
  ["https://fail.test", ["widget.crawl_failed"]],
  ["https://recrawl-fail.test", ["widget.ready", "widget.crawl_failed"]],
  ["https://empty.test", ["widget.ready", "widget.recrawled"]],
  ["https://slow.test", ["widget.ready", "widget.recrawled"]],
  ["https://northwind.invalid", ["widget.crawl_failed"]],
  ["https://hang.test", []],
  ["https://northwindcatering.example", ["widget.ready", "widget.recrawled"]],
])("the crawls of %s announce %j", async (site_url, expected) => {
  const { api, received, advance } = await sending();
  const id = await api.create({ site_url });
  await advance(60_000);
  if (expected.length === 2) await api.post(`${widgets}/${id}/recrawl`);
  await advance(60_000);
  expect(types(received)).toEqual(expected);
});

test("a receiver that fails for hours gets retries on the schedule, with the same id, until it ends", async () => {
  const { api, deliveries, received, advance } = await sending(() => ({ status: 500 }));
  await api.create();
  await advance(200 * hours);
  expect(received).toHaveLength(10);
  expect(new Set(received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  const [delivery] = deliveries.list().deliveries;
  expect(delivery).toMatchObject({ state: "failed", event: "widget.ready" });
  const gaps = (delivery?.attempts ?? []).map(
    ({ at }, n, all) => (Date.parse(at) - Date.parse(all[n - 1]?.at ?? at)) / 1000,
  );
  const schedule = [0, 5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400];
  for (const [n, gap] of gaps.entries()) {
    expect(gap).toBeGreaterThanOrEqual(schedule[n] as number);
    expect(gap).toBeLessThanOrEqual((schedule[n] as number) * 1.1);
  }
  expect(received.map(({ headers }) => Number(headers["webhook-timestamp"]))).toEqual(
    delivery?.attempts.map(({ at }) => Math.floor(Date.parse(at) / 1000)),
  );
});

test.each([
  ["an error", { status: 503 }],
  ["a redirect", { status: 302, headers: { location: "http://127.0.0.1:1/" } }],
  ["no answer", "hang up" as const],
])("%s is retried, and 2xx is success", async (_, first) => {
  const { api, deliveries, received, advance } = await sending((n) => (n === 0 ? first : { status: 201 }));
  await api.create();
  await advance(2000);
  expect(deliveries.list().deliveries[0]?.state).toBe("pending");
  await advance(6000);
  expect(received).toHaveLength(2);
  expect(deliveries.list().deliveries[0]).toMatchObject({
    state: "delivered",
    attempts: [expect.anything(), { status: 201 }],
  });
});

test("Retry-After of a receiver delays the retry", async () => {
  const { api, received, advance } = await sending((n) =>
    n === 0 ? { status: 429, headers: { "retry-after": "120" } } : { status: 200 },
  );
  await api.create();
  await advance(2000 + 119_000);
  expect(received).toHaveLength(1);
  await advance(10_000);
  expect(received).toHaveLength(2);
});

test("410 disables the endpoint", async () => {
  const { api, deliveries, received, advance } = await sending(() => ({ status: 410 }));
  await api.create();
  await advance(2000);
  await api.create();
  await advance(200 * hours);
  expect(received).toHaveLength(1);
  expect(deliveries.list().deliveries).toMatchObject([{ state: "failed" }]);
});

test("no events of a deleted widget are sent", async () => {
  const { api, deliveries, received, advance } = await sending(() => ({ status: 500 }));
  const id = await api.create();
  await advance(2000);
  await api.delete(`${widgets}/${id}`);
  await advance(200 * hours);
  expect(received).toHaveLength(1);
  expect(deliveries.list().deliveries).toMatchObject([{ state: "cancelled" }]);
});

test("what a receiver takes was delivered, though the widget was deleted meanwhile", async () => {
  let remove: () => Promise<unknown>;
  let removed: Promise<unknown> | undefined;
  const { api, deliveries, advance } = await sending(() => {
    removed = remove();
    return { status: 204 };
  });
  const id = await api.create();
  remove = () => api.delete(`${widgets}/${id}`);
  await advance(2000);
  expect(await removed).toMatchObject({ status: 204 });
  expect(deliveries.list().deliveries).toMatchObject([{ state: "delivered", attempts: [{ status: 204 }] }]);
});

test("an event can be resent, with the same id", async () => {
  const { api, deliveries, received, advance } = await sending();
  await api.create();
  await advance(2000);
  const id = deliveries.list().deliveries[0]?.id as string;
  expect(await deliveries.resend({ delivery_id: id })).toMatchObject({ id, state: "delivered" });
  expect(received.map(({ headers }) => headers["webhook-id"])).toEqual([id, id]);
  await expect(deliveries.resend({ delivery_id: "msg_nobody" })).rejects.toThrow("There is no delivery msg_nobody");
});

test("delivery faults: duplicate, drop, delay, reorder, corrupt, respell", async () => {
  const sent = async (faults: object) => {
    const { api, received, advance } = await sending(undefined, {}, faults);
    const [first] = [await api.create({ name: "first" }), await api.create({ name: "second" })];
    await advance(2000);
    const atOnce = received.map(({ body }) => JSON.parse(body).data.name);
    await advance(60_000);
    return { first, received, atOnce, names: received.map(({ body }) => JSON.parse(body).data.name) };
  };
  const twice = await sent({ duplicate: true });
  expect(twice.names.sort()).toEqual(["first", "first", "second", "second"]);
  expect(new Set(twice.received.map(({ headers }) => headers["webhook-id"])).size).toBe(2);
  expect((await sent({ drop: true })).names).toEqual([]);
  expect(await sent({ delaySeconds: 30 })).toMatchObject({ atOnce: [], names: ["first", "second"] });
  expect(await sent({ reorder: true })).toMatchObject({ atOnce: ["second"], names: ["second", "first"] });
  expect((await sent({ reorder: true, reorderSeconds: 0 })).atOnce).toEqual(["first", "second"]);
  const [{ headers, body }] = (await sent({ corruptSignature: true })).received as [
    { headers: Record<string, string>; body: string },
  ];
  expect(() => new Webhook(defaultSecret).verify(body, headers)).toThrow("No matching signature");
  const [respelt] = (await sent({ respell: true })).received as [{ headers: Record<string, string>; body: string }];
  expect(new Webhook(defaultSecret).verify(respelt.body, respelt.headers)).toMatchObject({ data: { name: "first" } });
  const parsedAndWritten = JSON.stringify(JSON.parse(respelt.body));
  expect(() => new Webhook(defaultSecret).verify(parsedAndWritten, respelt.headers)).toThrow("No matching signature");
});

test("in the unruly dialect events arrive twice and out of order", async () => {
  const { api, received, advance } = await sending(undefined, { dialect: { "A-EVENT-2": "unruly" } });
  await api.create();
  await advance(60_000);
  expect(received).toHaveLength(2);
});

test("a dialect may announce every crawl as ready, and one without extensions announces only the first", async () => {
  for (const [dialect, expected] of [
    [{ "A-EVENT-3": "every" }, ["widget.ready", "widget.ready"]],
    ["documented-only", ["widget.ready"]],
  ] as const) {
    const { api, received, advance } = await sending(undefined, { dialect });
    const id = await api.create();
    await advance(2000);
    await api.post(`${widgets}/${id}/recrawl`);
    await advance(60_000);
    expect(types(received)).toEqual(expected);
  }
});

test("every organization's events go to its own endpoints", async () => {
  const { mock, api, received, advance } = await sending(undefined, { webhooks: [] });
  const other = await receiver();
  mock.world("sk_test_other").webhooks.add({ url: other.url });
  await api.create();
  await clientOf(mock, "sk_test_other").create();
  await advance(2000);
  await mock.world("sk_test_other").deliveries.settle();
  expect(received).toEqual([]);
  expect(other.received).toHaveLength(1);
});

test("a receiver that is slow does not slow the API", async () => {
  const { url } = await receiver(() => ({ status: 200 }));
  const mock = createMock({ clock: "manual", webhooks: [{ url }] });
  onTestFinished(() => mock.close());
  const id = await clientOf(mock, key).create();
  mock.clock.advance({ seconds: 2 });
  // The event is on its way, and has not been answered: nothing has been waited for.
  expect(mock.world(key).deliveries.list().deliveries).toMatchObject([{ state: "pending", attempts: [] }]);
  expect((await clientOf(mock, key).get(`${widgets}/${id}`)).body.status).toBe("active");
  await mock.world(key).deliveries.settle();
});

test("the control plane adds and removes endpoints, lists deliveries, redelivers, and causes events in earnest", async () => {
  const { api, url, received, advance } = await sending(undefined, { webhooks: [] });
  const { body: endpoint } = await api.post("/_mock/webhooks", { url, secret: defaultSecret });
  expect(endpoint).toMatchObject({ id: "whe_1", url, enabled: true, faults: {} });
  const id = await api.createActive();
  await advance(0);
  const { body } = await api.post(`/_mock/widgets/${id}/trigger`, { outcome: "failed" });
  expect(body).toMatchObject({ type: "crawl.failed", event: "widget.crawl_failed", status: "active" });
  await advance(0);
  expect(types(received)).toEqual(["widget.ready", "widget.crawl_failed"]);
  const { deliveries } = (await api.get("/_mock/deliveries")).body;
  expect(deliveries).toMatchObject([{ event: "widget.ready", attempts: [{ status: 204 }] }, { state: "delivered" }]);
  expect((await api.post(`/_mock/deliveries/${deliveries[0].id}/resend`)).body.attempts).toHaveLength(2);
  expect((await api.post("/_mock/webhooks/whe_1/faults", { drop: true })).body.faults).toEqual({ drop: true });
  expect((await api.delete("/_mock/webhooks/whe_1")).status).toBe(200);
  expect((await api.get("/_mock/webhooks")).body.endpoints).toEqual([]);
  expect((await api.delete("/_mock/webhooks/whe_1")).body.code).toBe("not_found");
  expect((await api.post("/_mock/deliveries/msg_x/resend")).status).toBe(404);
  for (const wrong of [
    { url: "ftp://x" },
    { url: "nowhere" },
    { url, secret: "whsec_c2hvcnQ=" },
    { url, faults: { explode: true } },
  ]) {
    expect((await api.post("/_mock/webhooks", wrong)).body.code, JSON.stringify(wrong)).toBe("validation_error");
  }
});

test("advancing the clock through the control plane waits for the webhooks it sends, and reports them", async () => {
  const { api } = await sending((n) => ({ status: n === 0 ? 500 : 204 }));
  await api.create();
  const { body } = await api.post("/_mock/clock/advance", { seconds: 60 });
  expect(body.happened).toMatchObject([
    { type: "crawl.succeeded" },
    { type: "webhook.failed", attempt: 1, answer: "500" },
    { type: "webhook.delivered", attempt: 2, answer: "204" },
  ]);
});

test.each([
  { url: "nowhere" },
  { url: "file:///x" },
  { url: "http://127.0.0.1:1", secret: "secret" },
])("the endpoint %j is rejected at once", (endpoint) => {
  expect(() => createMock({ webhooks: [endpoint] })).toThrow(OptionError);
});

test("an attempt in progress has no effect after its world is reset", async () => {
  const { mock, api, received } = await sending(() => ({ status: 500 }));
  await api.create();
  // So far that every retry would be due at once.
  mock.clock.advance({ seconds: 200 * 3600 });
  const { deliveries } = mock.world(key);
  const settled = deliveries.settle();
  mock.reset();
  await settled;
  mock.clock.advance({ seconds: 200 * 3600 });
  await mock.world(key).deliveries.settle();
  expect(received).toHaveLength(1);
});

test("an event does not follow a redirect", async () => {
  const elsewhere = await receiver();
  const { api, received, advance } = await sending(() => ({ status: 307, headers: { location: elsewhere.url } }));
  await api.create();
  await advance(2000);
  expect(received).toHaveLength(1);
  expect(elsewhere.received).toEqual([]);
});

test("an endpoint of the event stream posts nothing: its deliveries are there to be read, signed and accepted", async () => {
  const { api, deliveries, received, advance, mock } = await sending();
  const { id } = mock.world(key).webhooks.add({ url: "stream:deliveries" });
  await api.create();
  await advance(2000);
  const own = deliveries.list().deliveries.filter(({ endpoint }) => endpoint === id);
  expect(own.map(({ state, attempts }) => [state, attempts[0]?.status])).toEqual([["delivered", 202]]);
  const headers = own[0]?.attempts[0]?.headers as Record<string, string>;
  new Webhook(defaultSecret).verify(own[0]?.body ?? "", headers);
  expect(received).toHaveLength(1);
});
