import { expect, onTestFinished, test } from "vitest";
import { clientOf, widgets } from "../api-client.test-helper.ts";
import { checkedMock } from "../checked-mock.test-helper.ts";
import { controlOf } from "../control-plane/control-client.test-helper.ts";
import { ControlError, createMock, type Mock, type MockOptions, type Snapshot } from "../index.ts";
import { receiver } from "../world/webhooks/receiver.test-helper.ts";
import { withOwnChecksum, withoutEpochs } from "./edited-snapshot.test-helper.ts";

const now = `manual@${new Date().toISOString().slice(0, 19)}Z`;

/** Another mock that goes on from the snapshot of one, which is dead. */
function goOn(mock: Mock, options: MockOptions = {}): Mock {
  const saved = JSON.parse(JSON.stringify(mock.snapshot.export()));
  mock.close();
  const next = checkedMock(options);
  next.snapshot.restore(saved);
  return next;
}

/** All that an organization can see of its world, and the clock. */
async function viewOf(mock: Mock) {
  const api = clientOf(mock);
  const { data } = (await api.get(widgets)).body;
  const inspected = [];
  for (const { id } of data) inspected.push((await controlOf(mock, "sk_test_one").get(`/widgets/${id}`)).body);
  return { data, inspected, now: Date.parse(mock.world("sk_test_one").clock.get().now) };
}

test("a mock that goes on from a snapshot ends the crawl that was running, when it would have ended", async () => {
  const first = checkedMock({ crawl: "30s-60s" });
  const id = await clientOf(first).create();
  first.clock.advance({ seconds: 10 });
  const expected = first.snapshot.export();
  const second = goOn(first);
  expect(withoutEpochs(second.snapshot.export())).toEqual(withoutEpochs(expected));
  const happened = second.clock.advance({ seconds: 60 }).happened;
  expect(happened).toMatchObject([{ type: "crawl.succeeded", widget: id, trace: expect.stringMatching(/^req_/) }]);
  const third = checkedMock({ crawl: "30s-60s" });
  await clientOf(third).create();
  expect(third.clock.advance({ seconds: 70 }).happened).toEqual(happened);
});

test("whatever is done next, a mock and its copy answer the same, but for the ids that they give", async () => {
  const first = checkedMock({ crawl: "reads:2", seed: 7 });
  const api = clientOf(first);
  const id = await api.create();
  await api.get(`${widgets}/${id}`);
  await api.get(`${widgets}/${id}`);
  await api.post(`${widgets}/${id}/recrawl`);
  const gone = await api.create();
  await api.delete(`${widgets}/${gone}`);
  await api.post(widgets, { name: "Kept", site_url: "https://kept.example" }, { "idempotency-key": "one" });
  first.clock.advance({ seconds: 5 });
  const saved = first.snapshot.export();
  const second = checkedMock({ seed: 8, crawl: "5s" });
  second.snapshot.restore(saved);
  const goesOn = async (mock: Mock) => {
    const client = clientOf(mock);
    const answers = [
      await client.get(`${widgets}/${id}`),
      await client.get(`${widgets}/${id}`),
      await client.get(`${widgets}/${id}`),
      await client.get(`${widgets}/${gone}`),
      await client.post(widgets, { name: "Kept", site_url: "https://kept.example" }, { "idempotency-key": "one" }),
      await client.post(widgets, { name: "New", site_url: "https://new.example" }),
      await client.get(`${widgets}?limit=1`),
      await client.get(widgets),
    ];
    const created = answers[5]?.body.id;
    return answers.map(({ status, headers, body }) => ({
      status,
      headers: [...headers].filter(([name]) => name !== "request-id" && name !== "location"),
      body: JSON.parse(
        JSON.stringify(body)
          .replaceAll(/req_\w+/g, "req")
          .replaceAll(created, "wgt_new"),
      ),
    }));
  };
  const answers = await goesOn(first);
  expect(answers[0]?.body.last_crawl.status).toBe("running");
  expect(answers[4]?.headers).toContainEqual(["idempotency-replayed", "true"]);
  expect(await goesOn(second)).toEqual(answers);
});

test("no id is given again after a restore, in the same process or in another one", async () => {
  const given = new Set<string>();
  const note = (id: string) => {
    expect(given).not.toContain(id);
    given.add(id);
  };
  const first = createMock({ seed: 3, crawl: "immediate", webhooks: [{ url: "http://127.0.0.1:9/" }] });
  const goOnIn = async (mock: Mock) => {
    const api = clientOf(mock);
    const { headers, body } = await api.post(widgets, { name: "New", site_url: "https://new.example" });
    const started = await api.call("POST", `/api/v1/public/widgets/${body.id}/conversations`, {});
    note(headers.get("request-id") ?? "");
    note(body.id);
    note(started.body.id);
    note(started.body.token);
    note((await mock.fetch("http://mock.test/api/v1/widgets")).headers.get("request-id") ?? "");
    const events = mock
      .world("sk_test_one")
      .deliveries.list()
      .deliveries.filter(({ widget }) => widget === body.id);
    for (const { id } of events) note(id);
    expect(events).toHaveLength(1);
    await clientOf(mock, "sk_test_other").create().then(note);
  };
  await clientOf(first).create();
  const saved = first.snapshot.export();
  const ofOne = first.world("sk_test_one").snapshot.export();
  await goOnIn(first);
  first.snapshot.restore(saved);
  await goOnIn(first);
  first.snapshot.restore(saved);
  await goOnIn(first);
  first.world("sk_test_one").snapshot.restore(ofOne);
  await goOnIn(first);
  for (const seed of [4, 5]) {
    const next = createMock({ seed, crawl: "immediate", webhooks: [{ url: "http://127.0.0.1:9/" }] });
    next.snapshot.restore(saved);
    await goOnIn(next);
  }
});

test("a cursor works after a restore", async () => {
  const first = checkedMock();
  const api = clientOf(first);
  const ids = [await api.create(), await api.create()];
  const { next_cursor: cursor } = (await api.get(`${widgets}?limit=1`)).body;
  const page = (await clientOf(goOn(first)).get(`${widgets}?limit=1&cursor=${cursor}`)).body;
  expect(page.data.map(({ id }: { id: string }) => id)).toEqual([ids[0]]);
});

test("conversations go on with what they began with, and usage is kept", async () => {
  const first = checkedMock();
  const api = clientOf(first);
  const id = await api.createActive();
  const path = `/api/v1/public/widgets/${id}/conversations`;
  const started = (await api.call("POST", path, {})).body;
  const say = (mock: Mock) =>
    clientOf(mock).call(
      "POST",
      `${path}/${started.id}/messages`,
      { text: "When?" },
      { authorization: `Bearer ${started.token}` },
    );
  await say(first);
  const saved = first.snapshot.export();
  const expected = await say(first);
  const second = checkedMock();
  second.snapshot.restore(saved);
  expect((await say(second)).body).toEqual(expected.body);
  expect(await viewOf(second)).toEqual(await viewOf(first));
});

test("a delivery goes on with its schedule, its id and its attempts", async () => {
  const { url, received } = await receiver(() => ({ status: received.length < 2 ? 500 : 204 }));
  const first = checkedMock({ clock: now, webhooks: [{ url }] });
  await clientOf(first).create();
  first.clock.advance({ seconds: 2 });
  await first.deliveries.settle();
  expect(received).toHaveLength(1);
  const second = goOn(first, { clock: now });
  second.clock.advance({ seconds: 3600 });
  await second.deliveries.settle();
  expect(received).toHaveLength(3);
  expect(new Set(received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
  expect(second.deliveries.list().deliveries).toMatchObject([
    { state: "delivered", attempts: [{ status: 500 }, { status: 500 }, { status: 204 }] },
  ]);
});

test("what was under way when the snapshot was taken is sent again, with the same id", async () => {
  let reached: (value: unknown) => void;
  const asked = new Promise((resolve) => {
    reached = resolve;
  });
  const { url, received } = await receiver((n) => {
    reached(n);
    return n === 0 ? "never" : { status: 204 };
  });
  const first = checkedMock({ clock: now, webhooks: [{ url }] });
  await clientOf(first).create();
  first.clock.advance({ seconds: 2 });
  await asked;
  const second = goOn(first, { clock: now });
  await second.deliveries.settle();
  expect(received.map(({ headers }) => headers["webhook-id"])).toHaveLength(2);
  expect(received[1]?.headers["webhook-id"]).toBe(received[0]?.headers["webhook-id"]);
});

test("a running clock is as far ahead as it was", async () => {
  const first = createMock({ crawl: "1h" });
  const id = await clientOf(first).create();
  first.clock.advance({ seconds: 3599 });
  const second = createMock();
  onTestFinished(() => second.close());
  second.snapshot.restore(first.snapshot.export());
  expect(second.clock.get().running).toBe(true);
  expect(Math.abs(Date.parse(second.clock.get().now) - Date.parse(first.clock.get().now))).toBeLessThan(60_000);
  expect(second.clock.advance({ seconds: 2 }).happened).toMatchObject([{ widget: id, type: "crawl.succeeded" }]);
  first.close();
});

test("one world's snapshot restores that world and leaves the others", async () => {
  const mock = checkedMock();
  const [one, other] = [clientOf(mock, "sk_test_one"), clientOf(mock, "sk_test_two")];
  const id = await one.create();
  const saved = mock.world("sk_test_one").snapshot.export();
  await one.delete(`${widgets}/${id}`);
  const kept = await other.create();
  mock.world("sk_test_one").snapshot.restore(saved);
  expect((await one.get(`${widgets}/${id}`)).status).toBe(200);
  expect((await other.get(`${widgets}/${kept}`)).status).toBe(200);
  expect(() => mock.world("sk_test_two").snapshot.restore(saved)).toThrow(ControlError);
  expect(() => mock.world("sk_test_one").snapshot.restore(mock.snapshot.export())).toThrow(/holds every world/);
});

test("a snapshot does not change with what happens later", async () => {
  const mock = checkedMock();
  const id = await clientOf(mock).create();
  const saved = mock.snapshot.export();
  const text = JSON.stringify(saved);
  await clientOf(mock).patch(`${widgets}/${id}`, { name: "Other" });
  mock.clock.advance({ seconds: 60 });
  expect(JSON.stringify(saved)).toBe(text);
  mock.snapshot.restore(saved);
  await clientOf(mock).patch(`${widgets}/${id}`, { name: "Third" });
  expect(JSON.stringify(saved)).toBe(text);
});

test.each([
  ["nothing", () => null, /the input must be an object, got null/],
  ["something else", () => ({ hello: 1 }), /#\/snapshot is required/],
  ["another format", (saved: object) => ({ ...saved, snapshot: 1 }), /has format 1, this version restores format 4/],
  [
    "another document",
    (saved: object) => ({ ...saved, document: "0" }),
    /start the mock with the same version and dialect/,
  ],
  ["a state that is no list", (saved: object) => ({ ...saved, state: {} }), /#\/state must be an array/],
  ["no state", (saved: object) => ({ ...saved, state: [] }), /was changed or cut off/],
  [
    "a change by hand",
    (saved: Snapshot) => ({
      ...saved,
      state: saved.state.map((part) => ({ ...part, ...(part.part === "widget" && { order: 1, createdAt: 1 }) })),
    }),
    /was changed or cut off/,
  ],
  [
    "another order",
    (saved: Snapshot) => ({ ...saved, state: [...saved.state.slice(0, -2), ...saved.state.slice(-2).reverse()] }),
    /was changed or cut off|must follow/,
  ],
])("%s is rejected as a snapshot, and changes nothing", async (_, spoil, message) => {
  const mock = checkedMock();
  await clientOf(mock).create();
  const saved = mock.snapshot.export();
  expect(() => mock.snapshot.restore(spoil(saved) as typeof saved)).toThrow(message);
  expect(mock.snapshot.export()).toEqual(saved);
});

test("a snapshot of another dialect is refused", async () => {
  const saved = createMock({ clock: "manual" }).snapshot.export();
  expect(() => checkedMock({ dialect: "hostile" }).snapshot.restore(saved)).toThrow(
    /in the dialect default.*dialect hostile/,
  );
});

test("the control plane gives and takes snapshots, of a world or of all", async () => {
  const mock = checkedMock();
  const control = controlOf(mock, "sk_test_one");
  const id = await clientOf(mock).create();
  const { body: saved } = await control.get("/snapshot");
  await control.post("/reset");
  expect((await clientOf(mock).get(`${widgets}/${id}`)).status).toBe(404);
  expect((await control.call("PUT", "/snapshot", saved)).status).toBe(200);
  expect((await clientOf(mock).get(`${widgets}/${id}`)).status).toBe(200);
  expect((await control.call("PUT", "/snapshot", { ...saved, snapshot: 99 })).body).toMatchObject({
    status: 409,
    code: "snapshot_rejected",
    detail: expect.stringContaining("format 99"),
  });
  expect((await control.call("PUT", "/snapshot", "{}")).body.errors[0]).toMatchObject({ pointer: "#/snapshot" });
  const { body: all } = await controlOf(mock).get("/snapshot");
  expect((await controlOf(mock).call("PUT", "/snapshot", all)).body.now).toBe("2026-01-01T00:00:00.000Z");
  expect((await control.call("PUT", "/snapshot", all)).status).toBe(409);
});

test.each<[string, string, (part: Record<string, unknown>) => void, RegExp]>([
  ["a widget without its state", "widget", (widget) => delete widget["state"], /#\/state\/2\/state is required/],
  [
    "a state that the life cycle does not have",
    "widget",
    (widget) => (widget["state"] = "gone"),
    /#\/state\/2\/state must be one of/,
  ],
  [
    "a name that the API does not take",
    "widget",
    (widget) => (widget["written"] = { name: "" }),
    /#\/state\/2\/written must fit/,
  ],
  ["a site without a host", "widget", (widget) => (widget["siteUrl"] = "https://"), /#\/state\/2\/(siteUrl|written)/],
  ["a place that comes later", "widget", (widget) => (widget["order"] = 9), /#\/state\/2\/order/],
  [
    "a timer that comes later",
    "widget",
    (widget) => Object.assign(widget["lastCrawl"] as object, { ending: { timer: { at: 0, order: 9 } } }),
    /lastCrawl\/ending\/timer/,
  ],
  [
    "a crawl mode that there is not",
    "world",
    (world) => Object.assign(world["crawler"] as object, { mode: "no" }),
    /#\/state\/1\/crawler\/mode/,
  ],
  [
    "a clock beyond all times",
    "world",
    (world) => Object.assign(world["clock"] as object, { time: { running: true, ms: 1e300 } }),
    /#\/state\/1\/clock\/time/,
  ],
  ["a scenario that there is not", "mock", (mock) => (mock["scenario"] = "no"), /#\/state\/0\/scenario/],
  [
    "a kind that there is not",
    "widget",
    (widget) => (widget["part"] = "constructor"),
    /#\/state\/2\/part must be one of/,
  ],
  ["an unknown member", "widget", (widget) => (widget["color"] = "red"), /#\/state\/2/],
])("a snapshot with %s is rejected by its place, and changes nothing", async (_, kind, edit, message) => {
  const mock = checkedMock({ crawl: "30s" });
  await clientOf(mock).create();
  const saved = mock.snapshot.export();
  const state = structuredClone(saved.state);
  edit(state.find(({ part }) => part === kind) as Record<string, unknown>);
  expect(() => mock.snapshot.restore(withOwnChecksum({ ...saved, state }))).toThrow(message);
  expect(mock.snapshot.export()).toEqual(saved);
});

test("a snapshot whose parts are not in their order is rejected by the place", () => {
  const mock = checkedMock();
  mock.world("sk_test_one").clock.get();
  const saved = mock.snapshot.export();
  const [shared, world, ...rest] = saved.state;
  for (const [state, place] of [
    [[world, shared, ...rest], /#\/state\/1\/part must be that of the first/],
    [[shared, world, world], /#\/state\/2\/organization must be there once only/],
    [
      [shared, { part: "message", role: "visitor", text: "", at: 0 }, world],
      /#\/state\/1\/part must follow a conversation/,
    ],
    [[{ part: "site", host: "a.example", revision: 2 }], /#\/state\/0\/part of the first part must be mock or world/],
  ] as const) {
    const edited = { ...saved, state: state as unknown as Snapshot["state"] };
    expect(() => mock.snapshot.restore(withOwnChecksum(edited))).toThrow(place);
  }
});
